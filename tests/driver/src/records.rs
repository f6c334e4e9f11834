//! The verbs about records: packets, several writes in one, padding, sizes.

use std::io::IoSlice;
use std::task::Poll;

use gnutls::record::{Direction, RecordState};
use gnutls::{Error, Result};

use crate::connection::{Connection, Endpoint};
use crate::outcome::Call;

/// The greatest number of packets that one verb receives.
const MAX_PACKETS: usize = 64;

/// The bytes that each verb sends.
fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// Returns the release that a refusal requires.
fn needs<T>(result: &Result<T>) -> Option<String> {
    let release = result.as_ref().err().and_then(Error::required_release);
    release.map(|release| release.to_string())
}

impl Endpoint {
    pub fn packets(&mut self, calls: &mut Vec<Call>) {
        for _ in 0..MAX_PACKETS {
            let received = self.through(|session, end| {
                let packet = session.read_packet(end)?;
                Ok(packet
                    .map(|packet| packet.map(|packet| (packet.sequence_number(), packet.to_vec()))))
            });
            if self.is_again(&received) {
                continue;
            }
            let (call, number) = match received {
                Ok(Poll::Ready(Some((number, data)))) => {
                    let call = Call {
                        n: Some(data.len()),
                        ..Call::ready("packet")
                    };
                    (call.with_data(&data), Some(number))
                }
                Ok(Poll::Ready(None)) => (
                    Call {
                        n: Some(0),
                        ..Call::ready("packet")
                    },
                    None,
                ),
                Ok(Poll::Pending) => (Call::pending("packet"), None),
                Err(error) => (Call::error("packet", &error), None),
            };
            self.list(calls, call);
            let Some(number) = number else {
                break;
            };
            let call = Call {
                n: Some((number & 0xffff) as usize),
                ..Call::ready("sequence")
            };
            self.list(calls, call);
        }
    }

    pub fn gather(&mut self, calls: &mut Vec<Call>, lengths: &[usize]) {
        let data = pattern(lengths.iter().sum());
        let mut rest = &data[..];
        let buffers: Vec<_> = lengths
            .iter()
            .map(|length| {
                let (buffer, left) = rest.split_at(*length);
                rest = left;
                IoSlice::new(buffer)
            })
            .collect();
        let result = self.through(|session, end| session.write_vectored(end, &buffers));
        self.list(calls, Call::counted("gather", &result));
    }

    pub fn corked(&mut self, calls: &mut Vec<Call>, lengths: &[usize]) {
        let data = pattern(lengths.iter().sum());
        let mut at = 0;
        let _ = self.through(|session, _| {
            session.cork();
            Ok(Poll::Ready(()))
        });
        for length in lengths {
            let part = &data[at..at + length];
            let result = self.through(|session, end| session.write(end, part));
            self.list(calls, Call::counted("send", &result));
            at += length;
        }
        let result = self.through(|session, end| session.uncork(end));
        self.list(calls, Call::of("uncork", &result));
    }

    pub fn hide(&mut self, calls: &mut Vec<Call>, len: usize, low: usize, high: usize) {
        let data = pattern(len);
        let result =
            self.through(|session, end| session.write_hiding_length(end, &data, low..=high));
        self.list(calls, Call::counted("hide", &result));
    }

    pub fn pad(&mut self, calls: &mut Vec<Call>, len: usize, padding: usize) -> Option<String> {
        let data = pattern(len);
        let result = self.through(|session, end| session.write_padded(end, &data, padding));
        if let Some(needs) = needs(&result) {
            return Some(needs);
        }
        self.list(calls, Call::counted("pad", &result));
        None
    }

    pub fn limit(&mut self, calls: &mut Vec<Call>, size: usize, receive: bool) -> Option<String> {
        let result = self.through(|session, _| {
            if receive {
                session.set_max_receive_size(size)?;
            } else {
                session.set_max_record_size(size)?;
            }
            Ok(Poll::Ready(()))
        });
        if let Some(needs) = needs(&result) {
            return Some(needs);
        }
        self.list(calls, Call::of("limit", &result));
        None
    }

    /// Lists the state of one direction.
    fn record_state(
        &mut self,
        calls: &mut Vec<Call>,
        direction: Direction,
        names: [&'static str; 4],
    ) -> Option<RecordState> {
        match self.session().record_state(direction) {
            Ok(state) => {
                let number = (state.sequence_number() & 0xffff) as usize;
                let parts = [state.mac_key(), state.iv(), state.cipher_key()].map(<[u8]>::len);
                for (name, n) in names.into_iter().zip(parts.into_iter().chain([number])) {
                    let n = Some(n);
                    let call = Call::ready(name);
                    self.list(calls, Call { n, ..call });
                }
                Some(state)
            }
            Err(error) => {
                self.list(calls, Call::error("record_state", &error));
                None
            }
        }
    }

    fn record_states(&mut self, calls: &mut Vec<Call>) -> [Option<RecordState>; 2] {
        let send = ["send_mac", "send_iv", "send_key", "send_number"];
        let receive = ["receive_mac", "receive_iv", "receive_key", "receive_number"];
        [(Direction::Send, send), (Direction::Receive, receive)]
            .map(|(direction, names)| self.record_state(calls, direction, names))
    }

    pub fn renumber(&mut self, calls: &mut Vec<Call>, by: u16, receive: bool) {
        let direction = if receive {
            Direction::Receive
        } else {
            Direction::Send
        };
        let number = self.session().record_state(direction);
        let result = number.and_then(|state| {
            let number = state.sequence_number() + u64::from(by);
            self.session
                .dangerous_set_sequence_number(direction, number)
        });
        self.list(calls, Call::done("set_number", &result));
    }

    pub fn sizes(&mut self, calls: &mut Vec<Call>) {
        let session = self.session();
        let sizes = [
            ("max_receive", Some(session.max_receive_size())),
            ("max_send", session.max_send_size()),
            ("overhead", session.record_overhead()),
            ("hides", Some(usize::from(session.can_hide_length()))),
        ];
        for (call, n) in sizes {
            let call = Call {
                n,
                ..Call::ready(call)
            };
            self.list(calls, call);
        }
    }
}

impl Connection {
    /// Lists the state of all records, and whether both sides have the same keys.
    pub fn keys(&mut self, calls: &mut Vec<Call>) {
        let client = self.client.record_states(calls);
        let server = self.server.record_states(calls);
        let ([Some(sends), Some(receives)], [Some(answers), Some(hears)]) = (client, server) else {
            return;
        };
        let same = |one: &RecordState, other: &RecordState| {
            one.mac_key() == other.mac_key()
                && one.iv() == other.iv()
                && one.cipher_key() == other.cipher_key()
        };
        let same = same(&sends, &hears) && same(&receives, &answers);
        let call = Call {
            n: Some(usize::from(same)),
            ..Call::ready("keys_same")
        };
        self.client.list(calls, call);
    }
}
