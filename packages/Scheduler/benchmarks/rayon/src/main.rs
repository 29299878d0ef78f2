//! `<workload> <threads> <size> <reps> <warm>`: prints `name threads seconds` for the best of the repetitions and
//! `check name value` on stderr; exit 3 for a workload that is not here. The same command line as the C# program, so that
//! one harness runs both.

mod arrays;
mod recursion;
mod uts;

use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Runs one repetition and returns its seconds and the value to compare.
pub type Workload = Box<dyn FnMut(&ThreadPool) -> (f64, i64)>;

pub fn timed(run: impl FnOnce() -> i64) -> (f64, i64) {
    let started = Instant::now();
    let check = run();
    (started.elapsed().as_secs_f64(), check)
}

fn create(name: &str, size: u64) -> Option<Workload> {
    let sized = |default: u64| if size == 0 { default } else { size };
    Some(match name {
        "fib" => recursion::fib(sized(35)),
        "treesum" => recursion::tree_sum(sized(1 << 22)),
        "nqueens" => recursion::queens(sized(11)),
        "uts" => uts::workload(sized(10)),
        "sort" => arrays::sort(sized(10_000_000)),
        "sortstable" => arrays::sort_stable(sized(10_000_000)),
        "sum" => arrays::sum(sized(10_000_000)),
        "filter" => arrays::filter(sized(10_000_000)),
        "spawn" => recursion::spawn(sized(1_000_000)),
        "wake" => recursion::wake(sized(2_000)),
        "mandel" => arrays::mandel(sized(800)),
        _ => return None,
    })
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<u64>> = args.iter().skip(1).map(|a| a.parse().ok()).collect();
    let (name, numbers) = match (args.first(), numbers) {
        (Some(name), Some(n)) if n.len() == 4 && n[0] > 0 && n[2] > 0 => (name, n),
        _ => {
            eprintln!("usage: <workload> <threads> <size> <reps> <warm>   (size 0: the default)");
            std::process::exit(2);
        }
    };
    let Some(mut run) = create(name, numbers[1]) else {
        std::process::exit(3);
    };
    let pool = ThreadPoolBuilder::new().num_threads(numbers[0] as usize).build().expect("threads");
    for _ in 0..numbers[3] {
        run(&pool);
    }
    let mut best = f64::MAX;
    let mut check = 0;
    for _ in 0..numbers[2] {
        let (seconds, value) = run(&pool);
        best = best.min(seconds);
        check = value;
    }
    println!("{name} {} {best:.9}", numbers[0]);
    eprintln!("check {name} {check}");
}
