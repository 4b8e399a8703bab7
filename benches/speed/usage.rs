//! What a process used, as Linux tells it.

use std::{fmt, fs, ops::Sub};

/// Ticks in a second, as Linux counts them for programs.
const TICKS: f64 = 100.0;

/// Processor time so far, and the most memory at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub seconds: f64,
    pub megabytes: u64,
}

impl Usage {
    /// Of a process.
    pub fn of(id: u32) -> Self {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = |nth| after_name.split_whitespace().nth(nth)?.parse::<f64>().ok();
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.and_then(|p| p.split_whitespace().next()?.parse::<u64>().ok());
        Self {
            seconds: (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / TICKS,
            megabytes: kilobytes.unwrap_or_default() / 1024,
        }
    }

    /// Of PostgreSQL as a whole, when one runs here.
    pub fn of_postgres() -> Self {
        Self::of_servers("")
    }

    /// Of what serves this database alone, when that is one of PostgreSQL: a server names what it
    /// serves on its command line.
    pub fn of_database(url: &str) -> Self {
        match url.rsplit_once('/') {
            Some((server, name)) if server.starts_with("postgres") => {
                Self::of_servers(&format!(" {name} "))
            }
            _ => Self::default(),
        }
    }

    fn of_servers(named: &str) -> Self {
        let ids = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = ids.filter_map(|dir| dir.file_name().to_str()?.parse::<u32>().ok());
        let is = |id: u32, file: &str, fits: &dyn Fn(&str) -> bool| {
            fs::read_to_string(format!("/proc/{id}/{file}")).is_ok_and(|said| fits(&said))
        };
        let serves = |id: &u32| {
            is(*id, "comm", &|comm| comm.trim() == "postgres")
                && is(*id, "cmdline", &|line| line.contains(named))
        };
        let seconds = ids.filter(serves).map(|id| Self::of(id).seconds).sum();
        Self { seconds, megabytes: 0 }
    }
}

impl Sub for Usage {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self { seconds: self.seconds - before.seconds, megabytes: self.megabytes }
    }
}

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} s of a core, {} MB", self.seconds, self.megabytes)
    }
}
