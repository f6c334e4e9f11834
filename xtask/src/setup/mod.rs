//! Set-up: finds out what a job needs and is not there, says so, and installs it where that is wanted.
//!
//! Where nothing is missing not a word is said. Nothing that is installed is ever removed, and nothing is
//! upgraded but with `CI=true`, where a new package asks for it.

mod machine;
mod manager;
mod requirements;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::process::{ExitCode, Stdio};

use clap::{Arg, ArgAction, ArgMatches};

use crate::terminal::{Style, paint, shell, wrap};
use machine::{Machine, System};
use manager::Manager;
pub(crate) use requirements::{BINDGEN, BUILD, EVERYTHING, Requirement};
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) use requirements::{ENTER_ROOTS, MAKE_ROOTS};

/// The exit status of a job that cannot begin because something is missing.
const MISSING: u8 = 3;

/// What the command line says about set-up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SetupOptions {
    /// Install what is missing, through sudo where the job does not run as root.
    pub(crate) install: bool,
    /// Touch no network.
    pub(crate) offline: bool,
}

impl SetupOptions {
    /// The options that a job with set-up has.
    pub(crate) fn options() -> [Arg; 2] {
        [
            Arg::new("install")
                .long("install")
                .action(ArgAction::SetTrue)
                .help("Install the packages that are missing (through sudo unless run as root)"),
            Arg::new("offline")
                .long("offline")
                .action(ArgAction::SetTrue)
                .help("Touch no network: download nothing"),
        ]
    }

    /// The values of those options.
    pub(crate) fn from(arguments: &ArgMatches) -> Self {
        SetupOptions {
            install: arguments.get_flag("install"),
            offline: arguments.get_flag("offline"),
        }
    }
}

/// Sees to it that these needs are there, else returns the exit code to stop with.
pub(crate) fn prepare(needs: &[&Requirement], options: SetupOptions) -> Result<(), ExitCode> {
    let machine = Machine::here();
    let mut set_up = SetUp {
        machine: &machine,
        options,
        out: &mut io::stderr(),
    };
    match set_up.run(needs) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ExitCode::from(MISSING)),
        // Nobody reads standard error any more.
        Err(_) => Err(ExitCode::FAILURE),
    }
}

/// The peers to interoperate with, where they are to be installed; elsewhere one that is missing is left out.
pub(crate) fn peers(options: SetupOptions) -> &'static [&'static Requirement] {
    if options.install || Machine::here().ci {
        requirements::PEERS
    } else {
        &[]
    }
}

/// What tests make a token with, where it is to be installed; elsewhere they are skipped without it.
pub(crate) fn tokens(options: SetupOptions) -> &'static [&'static Requirement] {
    if options.install || Machine::here().ci {
        requirements::TOKENS
    } else {
        &[]
    }
}

/// What the test of the report's page needs, where it is to be installed; elsewhere the test is left out without it.
pub(crate) fn browser(options: SetupOptions) -> &'static [&'static Requirement] {
    if options.install || Machine::here().ci {
        requirements::BROWSER
    } else {
        &[]
    }
}

/// Why there is no browser to test with. Where nobody sits (`CI=true`), that is an error.
pub(crate) fn lacks_browser() -> anyhow::Result<Option<String>> {
    let machine = Machine::here();
    let missing = requirements::BROWSER
        .iter()
        .find_map(|need| Some(format!("{}: {}", need.name, (need.probe)(&machine).err()?)));
    match missing {
        Some(missing) if machine.ci => anyhow::bail!("missing: {missing}"),
        missing => Ok(missing),
    }
}

struct SetUp<'a> {
    machine: &'a Machine,
    options: SetupOptions,
    out: &'a mut dyn Write,
}

/// A need that is not met, and what its probe said.
type Missing<'a> = (&'a Requirement, String);

impl SetUp<'_> {
    /// Whether everything is there in the end.
    fn run(&mut self, needs: &[&Requirement]) -> io::Result<bool> {
        let missing = self.probe(needs);
        if missing.is_empty() {
            return Ok(true);
        }
        writeln!(
            self.out,
            "{}",
            paint(
                Style::Heading,
                "Set-up: this machine lacks something that the job needs"
            )
        )?;
        for (need, found) in &missing {
            writeln!(
                self.out,
                "  {:<12}{}",
                need.name,
                wrap(&format!("{}; {found}", need.why), 14)
            )?;
        }
        let system = self.machine.system();
        let mut packages = Vec::new();
        for name in missing.iter().flat_map(|(need, _)| need.packages(system)) {
            if !packages.contains(&name) {
                packages.push(name);
            }
        }
        let Some(manager) = Manager::of(system).filter(|manager| self.machine.has(manager.program))
        else {
            return self.explain(system, &missing, &packages);
        };
        let Some(prefix) = self.announce(manager, &packages)? else {
            return Ok(false);
        };
        if !self.install(manager, prefix, &packages)? {
            return Ok(false);
        }
        let missing = self.probe(needs);
        for (need, found) in &missing {
            let text = format!(
                "{} is still missing after the installation: {found}",
                need.name
            );
            writeln!(self.out, "{}", paint(Style::Bad, wrap(&text, 0)))?;
        }
        Ok(missing.is_empty())
    }

    fn probe<'n>(&self, needs: &[&'n Requirement]) -> Vec<Missing<'n>> {
        needs
            .iter()
            .filter_map(|need| Some((*need, (need.probe)(self.machine).err()?)))
            .collect()
    }

    /// Says which packages to get by hand, where no package manager is known that could be called.
    fn explain(
        &mut self,
        system: System,
        missing: &[Missing<'_>],
        packages: &[&str],
    ) -> io::Result<bool> {
        if !packages.is_empty() {
            let command = [manager::by_hand(system), packages].concat();
            writeln!(self.out, "To get it:\n    {}", shell(&command, "    "))?;
            if system == System::Nix {
                writeln!(self.out, "and run the job in the shell that this opens.")?;
            }
            return Ok(false);
        }
        writeln!(self.out, "Packages:")?;
        for (name, system) in [
            ("Debian, Ubuntu", System::Debian),
            ("Fedora, RHEL", System::Fedora),
            ("Alpine", System::Alpine),
            ("Arch", System::Arch),
            ("openSUSE", System::Suse),
            ("Nix", System::Nix),
            ("Homebrew", System::Homebrew),
            ("MSYS2", System::Msys2),
        ] {
            let packages: Vec<_> = missing
                .iter()
                .flat_map(|(need, _)| need.packages(system))
                .collect();
            writeln!(self.out, "  {name:<16}{}", wrap(&packages.join(" "), 18))?;
        }
        Ok(false)
    }

    /// Says what would be called; returns what goes before it to be root, or `None` where nothing is to be installed.
    fn announce(
        &mut self,
        manager: &Manager,
        packages: &[&str],
    ) -> io::Result<Option<&'static [&'static str]>> {
        let root = self.machine.is_root();
        let sudo = self.machine.has("sudo");
        let wanted = root || self.machine.ci || self.options.install;
        let prefix: &[&str] = match (root, self.machine.ci) {
            (true, _) => &[],
            // Nobody is there to type a password.
            (false, true) => &["sudo", "--non-interactive"],
            (false, false) => &["sudo"],
        };
        let shown: &[&str] = if root || !sudo { &[] } else { &["sudo"] };
        writeln!(self.out, "Packages:  {}", wrap(&packages.join(" "), 11))?;
        writeln!(
            self.out,
            "Command:   {}",
            shell(&[shown, manager.install, packages].concat(), "           ")
        )?;
        writeln!(
            self.out,
            "Undo:      {}",
            shell(&[shown, manager.undo, packages].concat(), "           ")
        )?;
        let refusal = if self.options.offline {
            "Nothing was installed: --offline allows no downloads. Run the command yourself, or leave --offline out."
        } else if !wanted {
            "Nothing was installed. Run the command yourself, or run the job again with --install."
        } else if !root && !sudo {
            "Nothing was installed: this is not root, and there is no sudo. Run the command as root."
        } else {
            return Ok(Some(prefix));
        };
        writeln!(self.out, "{}", wrap(refusal, 0))?;
        Ok(None)
    }

    /// Simulates, and installs where that changes nothing that is there. A failure may come from package lists that are
    /// missing or old: these are fetched once, and then all of it is done again.
    fn install(
        &mut self,
        manager: &Manager,
        prefix: &[&str],
        packages: &[&str],
    ) -> io::Result<bool> {
        let mut refresh = manager.refresh;
        loop {
            let failure = match self.attempt(manager, prefix, packages)? {
                Attempt::Done => return Ok(true),
                Attempt::Refused => return Ok(false),
                Attempt::Failed(words) => words,
            };
            let Some(command) = refresh.take() else {
                writeln!(
                    self.out,
                    "{}\n{}",
                    paint(Style::Bad, "The packages could not be installed."),
                    failure.trim_end()
                )?;
                return Ok(false);
            };
            writeln!(
                self.out,
                "Package lists are missing or old; fetching them: {}",
                shell(command, "")
            )?;
            let (fetched, words) = self.call(&[prefix, command].concat())?;
            if !fetched {
                // Lists of other places may be among those that failed; what counts is whether it works afterwards.
                writeln!(
                    self.out,
                    "Not all lists could be fetched:\n{}",
                    words.trim_end()
                )?;
            }
        }
    }

    fn attempt(
        &mut self,
        manager: &Manager,
        prefix: &[&str],
        packages: &[&str],
    ) -> io::Result<Attempt> {
        let (done, words) = self.call(&[prefix, manager.simulate, packages].concat())?;
        let plan = manager.plan(&words, self.machine);
        if !(done || manager.simulation_fails && plan != manager::Plan::default()) {
            return Ok(Attempt::Failed(words));
        }
        // With CI=true nobody can agree, and a new package may need the newest of those that are there.
        let upgrades = plan.upgrades.is_empty() || self.machine.ci;
        if !(upgrades && plan.changes.is_empty()) {
            let text = format!(
                "Nothing was installed: {} would change packages that are installed already, and no job does that. \
                 Run the command yourself if you agree. It would",
                manager.program
            );
            writeln!(self.out, "{}", wrap(&text, 0))?;
            for change in plan.upgrades.iter().chain(&plan.changes) {
                writeln!(self.out, "  - {change}")?;
            }
            return Ok(Attempt::Refused);
        }
        for upgrade in &plan.upgrades {
            writeln!(self.out, "  - {upgrade}, since CI=true")?;
        }
        writeln!(
            self.out,
            "Installing {} new packages, changing {} ...",
            plan.installs.len(),
            match plan.upgrades.len() {
                0 => "none".to_owned(),
                number => number.to_string(),
            }
        )?;
        let (done, words) = self.call(&[prefix, manager.install, packages].concat())?;
        if done {
            Ok(Attempt::Done)
        } else {
            Ok(Attempt::Failed(words))
        }
    }

    /// Calls a command of the machine; returns whether it succeeded, and its words.
    fn call(&mut self, words: &[&str]) -> io::Result<(bool, String)> {
        let mut command = self.machine.command(words[0]);
        // A password is asked for on the terminal itself, but some ways to become root read standard input.
        let output = match command.args(&words[1..]).stdin(Stdio::inherit()).output() {
            Ok(output) => output,
            Err(error) => return Ok((false, format!("{} does not run: {error}", words[0]))),
        };
        let said = [output.stdout, output.stderr].concat();
        Ok((
            output.status.success(),
            String::from_utf8_lossy(&said).into_owned(),
        ))
    }
}

enum Attempt {
    Done,
    /// It would have changed something; that has been said.
    Refused,
    /// It did not work; the words of the package manager.
    Failed(String),
}
