//! What the system says of this process. Only Linux tells; elsewhere the figures are left out.

use super::Gauges;

/// Ticks of a second in `/proc`: what programs are told, whatever the machine counts by.
const TICKS: f64 = 100.0;

/// The figures of this process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Process {
    /// Memory that it holds, in bytes.
    pub memory: f64,
    /// Seconds that cores worked for it.
    pub cpu_seconds: f64,
    /// Files and connections that are open.
    pub open_files: f64,
}

impl Process {
    /// As it is now.
    pub fn now() -> Option<Self> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
        // The name of the program stands in parentheses and may hold anything.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
        Some(Self {
            memory: memory.split_whitespace().next()?.parse::<f64>().ok()? * 1024.0,
            cpu_seconds: (ticks(11)? + ticks(12)?) / TICKS,
            open_files: std::fs::read_dir("/proc/self/fd").ok()?.count() as f64,
        })
    }

    /// Writes them down.
    pub fn tell(self, gauges: &mut Gauges) {
        gauges.gauge("process_resident_memory_bytes", "Memory that the server holds", self.memory);
        let cpu = [("", self.cpu_seconds)];
        gauges.counters("process_cpu_seconds_total", "Seconds that cores worked for the server", &cpu);
        gauges.gauge("process_open_fds", "Files and connections that are open", self.open_files);
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_memory_and_files() {
        let now = Process::now().unwrap();
        assert!(now.memory > 1e6 && now.open_files >= 3.0, "{now:?}");
        let held = vec![1_u8; 64 << 20];
        assert!(Process::now().unwrap().memory > now.memory + 3e7 && held[1 << 20] == 1);
    }
}
