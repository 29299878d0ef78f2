//! Work over ten million numbers, and Mandelbrot by rows.

use rayon::prelude::*;

use crate::{timed, Workload};

/// The C# side draws its numbers from its own generator; the values differ, the distribution does not.
fn numbers(size: u64) -> Vec<u64> {
    let mut state = 42u64;
    (0..size)
        .map(|_| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        })
        .collect()
}

pub fn sort(size: u64) -> Workload {
    let source = numbers(size);
    let mut data = source.clone();
    Box::new(move |pool| {
        data.copy_from_slice(&source);
        timed(|| {
            pool.install(|| data.par_sort_unstable());
            data.len() as i64
        })
    })
}

pub fn sort_stable(size: u64) -> Workload {
    let source = numbers(size);
    let mut data = source.clone();
    Box::new(move |pool| {
        data.copy_from_slice(&source);
        timed(|| {
            pool.install(|| data.par_sort());
            data.len() as i64
        })
    })
}

pub fn sum(size: u64) -> Workload {
    let data: Vec<i64> = numbers(size).into_iter().map(|x| (x >> 30) as i64).collect();
    Box::new(move |pool| timed(|| pool.install(|| data.par_iter().sum())))
}

pub fn filter(size: u64) -> Workload {
    let data = numbers(size);
    Box::new(move |pool| {
        timed(|| pool.install(|| data.par_iter().copied().filter(|x| x & 1 == 0).collect::<Vec<u64>>().len() as i64))
    })
}

pub fn mandel(size: u64) -> Workload {
    Box::new(move |pool| {
        timed(|| pool.install(|| (0..size).into_par_iter().map(|y| mandel_row(y, size)).sum()))
    })
}

fn mandel_row(y: u64, size: u64) -> i64 {
    let ci = 2.4 * y as f64 / size as f64 - 1.2;
    let mut total = 0;
    for x in 0..size {
        let cr = 3.0 * x as f64 / size as f64 - 2.2;
        let (mut zr, mut zi) = (0.0f64, 0.0f64);
        let mut i = 0;
        while i < 500 && zr * zr + zi * zi <= 4.0 {
            (zr, zi) = (zr * zr - zi * zi + cr, 2.0 * zr * zi + ci);
            i += 1;
        }
        total += i;
    }
    total
}
