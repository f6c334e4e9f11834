//! Set-up: finds the requirements of a job that are missing, reports them, and installs them on request.
//!
//! Nothing is printed if nothing is missing. No installed package is ever removed, and none is upgraded except with
//! `CI=true`, if a new package requires it.

mod machine;
mod manager;
mod requirements;
#[cfg(test)]
mod tests;

use std::fs;
use std::io::{self, Write};
use std::process::{ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Instant;

use clap::ArgMatches;

use crate::terminal::{Style, duration, paint, shell, wrap};
use machine::{Machine, System};
use manager::{Keep, Manager};
pub(crate) use requirements::*;

/// The exit status of a job whose requirements are missing.
pub(crate) const MISSING: u8 = 3;

/// The options of set-up on the command line, see [`gnutls_command_lines::setup`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SetupOptions {
    /// Install missing packages, through sudo unless the job runs as root.
    pub(crate) install: bool,
    /// Use no network.
    pub(crate) offline: bool,
}

impl SetupOptions {
    /// Returns the values on a command line.
    pub(crate) fn from(arguments: &ArgMatches) -> Self {
        SetupOptions {
            install: arguments.get_flag("install"),
            offline: arguments.get_flag("offline"),
        }
    }
}

/// Checks these requirements and installs what is missing. Returns the exit code of the job if that is not possible.
pub(crate) fn prepare(requirements: &[Requirement], options: SetupOptions) -> Result<(), ExitCode> {
    let machine = Machine::here();
    let mut set_up = SetUp {
        machine: &machine,
        options,
        out: &mut io::stderr(),
    };
    match set_up.run(requirements) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ExitCode::from(MISSING)),
        // Nobody reads standard error any more.
        Err(_) => Err(ExitCode::FAILURE),
    }
}

/// Returns these requirements if they are to be installed. Otherwise the tests without them are skipped.
pub(crate) fn optional(
    requirements: &'static [Requirement],
    options: SetupOptions,
) -> &'static [Requirement] {
    if options.install || Machine::here().ci {
        requirements
    } else {
        &[]
    }
}

/// Returns the reason why there is no browser to test with. With `CI=true` that is an error.
pub(crate) fn missing_browser() -> anyhow::Result<Option<String>> {
    let machine = Machine::here();
    let missing = |requirement: &Requirement| {
        let problem = (requirement.probe)(&machine).err()?;
        Some(format!("{}: {problem}", requirement.name))
    };
    match BROWSER.iter().find_map(missing) {
        Some(missing) if machine.ci => anyhow::bail!("missing: {missing}"),
        missing => Ok(missing),
    }
}

struct SetUp<'a> {
    machine: &'a Machine,
    options: SetupOptions,
    out: &'a mut dyn Write,
}

/// A requirement that is not met, and the error of its probe.
type Missing<'a> = (&'a Requirement, String);

impl SetUp<'_> {
    /// Returns whether every requirement is met in the end.
    fn run(&mut self, requirements: &[Requirement]) -> io::Result<bool> {
        let missing = self.probe(requirements);
        if missing.is_empty() {
            return Ok(true);
        }
        let title = "Set-up: this machine lacks something that the job needs";
        writeln!(self.out, "{}", paint(Style::Heading, title))?;
        for (requirement, problem) in &missing {
            let text = wrap(&format!("{}; {problem}", requirement.why), 14);
            writeln!(self.out, "  {:<12}{text}", requirement.name)?;
        }
        let system = self.machine.system();
        let mut packages = Vec::new();
        for name in missing.iter().flat_map(|(it, _)| it.packages(system)) {
            if !packages.contains(&name) {
                packages.push(name);
            }
        }
        let manager = Manager::of(system).filter(|manager| self.machine.has(manager.program));
        let Some(manager) = manager else {
            return self.explain(system, &missing, &packages);
        };
        let installed = Installed::parse(&self.call(manager.installed).unwrap_or_default());
        // The command that undoes the installation removes no package that was there before.
        if !packages.iter().all(|name| installed.contains(name)) {
            packages.retain(|name| !installed.contains(name));
        }
        let Some(prefix) = self.announce(manager, &packages)? else {
            return Ok(false);
        };
        if !self.authenticate(prefix)? || !self.install(manager, prefix, &packages, &installed)? {
            return Ok(false);
        }
        let missing = self.probe(requirements);
        for (requirement, problem) in &missing {
            let name = requirement.name;
            let text = format!("{name} is still missing after the installation: {problem}");
            writeln!(self.out, "{}", paint(Style::Bad, wrap(&text, 0)))?;
        }
        Ok(missing.is_empty())
    }

    fn probe<'n>(&self, requirements: &'n [Requirement]) -> Vec<Missing<'n>> {
        let probe = |it: &'n Requirement| Some((it, (it.probe)(self.machine).err()?));
        requirements.iter().filter_map(probe).collect()
    }

    /// Prints the packages to install by hand, if there is no package manager that jobs may call.
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
        for (name, system) in systems() {
            let packages: Vec<_> = missing
                .iter()
                .flat_map(|(requirement, _)| requirement.packages(system))
                .collect();
            writeln!(self.out, "  {name:<16}{}", wrap(&packages.join(" "), 18))?;
        }
        Ok(false)
    }

    /// Prints the commands. Returns the words before a command that make it run as root, or `None` if nothing is to be
    /// installed.
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
        let refusal = if self.options.offline {
            "Nothing was installed: --offline allows no downloads. Run the command yourself, or leave --offline out."
        } else if !wanted {
            "Nothing was installed. Run the command yourself, or run the job again with --install."
        } else if !root && !sudo {
            "Nothing was installed: this is not root, and there is no sudo. Run the command as root."
        } else {
            ""
        };
        // The package lists may be missing or old; an installation by this job fetches them only then.
        let refresh = manager.refresh.filter(|_| !refusal.is_empty());
        let command = match refresh {
            Some(refresh) => {
                let refresh = self.shown(refresh, &[], 11);
                let install = self.shown(manager.install, packages, 11);
                format!("{refresh} &&\n           {install}")
            }
            None => self.shown(manager.install, packages, 11),
        };
        writeln!(self.out, "Packages:  {}", wrap(&packages.join(" "), 11))?;
        writeln!(self.out, "Command:   {command}")?;
        let undo = self.shown(manager.undo, packages, 11);
        writeln!(self.out, "Undo:      {undo}")?;
        if refusal.is_empty() {
            return Ok(Some(prefix));
        }
        writeln!(self.out, "{}", wrap(refusal, 0))?;
        Ok(None)
    }

    /// Returns a command that can be pasted into the shell of the user, with further lines after that many columns.
    fn shown(&self, words: &[&str], packages: &[&str], columns: usize) -> String {
        let sudo: &[&str] = match self.machine.is_root() || !self.machine.has("sudo") {
            true => &[],
            false => &["sudo"],
        };
        shell(&[sudo, words, packages].concat(), &" ".repeat(columns))
    }

    /// Returns whether sudo permits to run commands as root. It reads the password once, before the first command.
    fn authenticate(&mut self, prefix: &[&str]) -> io::Result<bool> {
        if prefix.is_empty() {
            return Ok(true);
        }
        let Err(words) = self.call(&[prefix, &["--validate"]].concat()) else {
            return Ok(true);
        };
        let title = paint(Style::Bad, "sudo refused to run commands as root:");
        writeln!(self.out, "{title}\n{}", words.trim_end())?;
        let text = "Nothing was installed. Run the command above as root.";
        writeln!(self.out, "{text}")?;
        Ok(false)
    }

    /// Installs packages. A failure may come from package lists that are missing or old: these are fetched once, and
    /// then the installation is repeated.
    fn install(
        &mut self,
        manager: &Manager,
        prefix: &[&str],
        packages: &[&str],
        installed: &Installed,
    ) -> io::Result<bool> {
        let mut refresh = manager.refresh;
        let mut without_lists = None;
        loop {
            writeln!(self.out, "Installing ...")?;
            let Err(failure) = self.attempt(manager, prefix, packages, installed) else {
                return Ok(true);
            };
            let Some(command) = refresh.take() else {
                self.report(manager, packages, &failure, without_lists.as_deref())?;
                return Ok(false);
            };
            writeln!(
                self.out,
                "Fetching the package lists, which may be missing or old:\n    {}",
                shell(command, "    ")
            )?;
            // The result of the next attempt counts: other lists may be among those that failed.
            without_lists = self.call(&[prefix, command].concat()).err();
        }
    }

    /// Prints the failure of an installation and the remedy.
    fn report(
        &mut self,
        manager: &Manager,
        packages: &[&str],
        failure: &str,
        without_lists: Option<&str>,
    ) -> io::Result<()> {
        if let Some(words) = without_lists {
            let title = "The package lists could not be fetched: check the network connection.";
            let title = paint(Style::Bad, title);
            writeln!(self.out, "{title}\n{}", words.trim_end())?;
        }
        let title = paint(Style::Bad, "The packages could not be installed.");
        writeln!(self.out, "{title}\n{}", failure.trim_end())?;
        if !self.machine.ci && without_lists.is_none() {
            let text = "No job changes an installed package. If a new package requires a newer version of \
                        an installed one, upgrade it with this command, and run the job again:";
            writeln!(self.out, "{}", wrap(text, 0))?;
            let command = self.shown(manager.install, packages, 4);
            writeln!(self.out, "    {command}")?;
        }
        Ok(())
    }

    /// Installs packages once. Without `CI=true`, the manager is kept from changing any that is installed.
    fn attempt(
        &mut self,
        manager: &Manager,
        prefix: &[&str],
        packages: &[&str],
        installed: &Installed,
    ) -> Result<(), String> {
        let option = match self.machine.ci {
            true => None,
            false => self.keep(manager, prefix, packages, installed)?,
        };
        let words = [
            prefix,
            manager.install,
            option.as_deref().as_slice(),
            packages,
        ]
        .concat();
        self.call(&words).map(drop)
    }

    /// Returns an option that keeps the manager from changing installed packages.
    fn keep(
        &mut self,
        manager: &Manager,
        prefix: &[&str],
        packages: &[&str],
        installed: &Installed,
    ) -> Result<Option<String>, String> {
        Ok(match &manager.keep {
            Keep::Pin => {
                // The first pin of a package counts.
                let user = fs::read_to_string("/etc/apt/preferences").unwrap_or_default();
                let file = self.machine.scratch.join("apt-preferences");
                fs::create_dir_all(&self.machine.scratch)
                    .and_then(|()| fs::write(&file, installed.pins() + &user))
                    .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
                Some(format!("--option=Dir::Etc::Preferences={}", file.display()))
            }
            Keep::Exclude(name) => Some(format!("{name}={}", installed.names().join(","))),
            Keep::DryRun(command, signs) => {
                let plan = self.call(&[prefix, command, packages].concat())?;
                let is_change = |line: &&str| signs.iter().any(|sign| line.contains(sign));
                let changes: Vec<_> = plan.lines().filter(is_change).collect();
                if !changes.is_empty() {
                    return Err(changes.join("\n"));
                }
                None
            }
        })
    }

    /// Runs a command of the machine, and prints the elapsed time while it runs. Returns its output, as an error if it
    /// failed.
    fn call(&mut self, words: &[&str]) -> Result<String, String> {
        let mut command = self.machine.command(words[0]);
        // Some ways to become root read a password from standard input.
        command.args(&words[1..]).stdin(Stdio::inherit());
        let start = Instant::now();
        let output = thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            scope.spawn(move || sender.send(command.output()));
            loop {
                match receiver.recv_timeout(self.machine.silence) {
                    Ok(output) => return output,
                    Err(_) => {
                        let time = duration(start.elapsed());
                        // It fails if nobody reads it.
                        let _ = writeln!(self.out, "  still running after {time}");
                    }
                }
            }
        });
        let output = output.map_err(|error| format!("{} does not run: {error}", words[0]))?;
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        match output.status.success() {
            true => Ok(text),
            false => Err(text),
        }
    }
}

/// The installed packages, with their versions if the manager lists them.
struct Installed(Vec<(String, String)>);

impl Installed {
    /// Reads the output of [`Manager::installed`].
    fn parse(list: &str) -> Self {
        let package = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (name, version) = (words.next()?, words.next().unwrap_or_default());
            let is_installed = words.next().is_none_or(|state| state == "installed");
            is_installed.then_some((name, version))
        };
        Self(list.lines().filter_map(package).collect())
    }

    fn contains(&self, package: &str) -> bool {
        self.0.iter().any(|(name, _)| name == package)
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Returns the preferences of APT that keep each package at its version.
    fn pins(&self) -> String {
        let pin = |(name, version): &(String, String)| {
            format!("Package: {name}\nPin: version {version}\nPin-Priority: 1001\n\n")
        };
        self.0.iter().map(pin).collect()
    }
}
