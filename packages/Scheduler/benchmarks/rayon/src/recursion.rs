//! Forks to the leaf, the same cuts as the C# workloads: what a fork costs.

use crate::{timed, Workload};

pub fn fib(n: u64) -> Workload {
    Box::new(move |pool| timed(|| pool.install(|| fork_fib(n as u32))))
}

fn fork_fib(n: u32) -> i64 {
    if n < 2 {
        return n as i64;
    }
    let (a, b) = rayon::join(|| fork_fib(n - 1), || fork_fib(n - 2));
    a + b
}

struct Tree {
    value: i64,
    left: Option<Box<Tree>>,
    right: Option<Box<Tree>>,
}

fn tree(count: u64) -> Option<Box<Tree>> {
    if count == 0 {
        return None;
    }
    let left = (count - 1) / 2;
    Some(Box::new(Tree { value: count as i64, left: tree(left), right: tree(count - 1 - left) }))
}

fn sum_of(tree: &Option<Box<Tree>>) -> i64 {
    match tree {
        None => 0,
        Some(t) if t.left.is_none() && t.right.is_none() => t.value,
        Some(t) => {
            let (a, b) = rayon::join(|| sum_of(&t.left), || sum_of(&t.right));
            t.value + a + b
        }
    }
}

pub fn tree_sum(size: u64) -> Workload {
    let root = tree(size);
    Box::new(move |pool| timed(|| pool.install(|| sum_of(&root))))
}

pub fn queens(n: u64) -> Workload {
    Box::new(move |pool| timed(|| pool.install(|| place(n as u32, 0, 0, 0))))
}

fn place(n: u32, columns: u32, left: u32, right: u32) -> i64 {
    if columns.count_ones() == n {
        return 1;
    }
    row(n, columns, left, right, !(columns | left | right) & ((1 << n) - 1))
}

fn row(n: u32, columns: u32, left: u32, right: u32, free: u32) -> i64 {
    if free == 0 {
        return 0;
    }
    let bit = free & free.wrapping_neg();
    let placed = || place(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
    if free == bit {
        return placed();
    }
    let (a, b) = rayon::join(placed, || row(n, columns, left, right, free ^ bit));
    a + b
}

pub fn spawn(count: u64) -> Workload {
    Box::new(move |pool| {
        timed(|| {
            pool.scope(|scope| {
                for _ in 0..count {
                    scope.spawn(|_| {});
                }
            });
            count as i64
        })
    })
}

pub fn wake(count: u64) -> Workload {
    Box::new(move |pool| {
        timed(|| {
            for _ in 0..count {
                pool.install(|| {});
            }
            count as i64
        })
    })
}
