//! The unbalanced tree search of S. Olivier et al. (LCPC 2006), tree T1: geometric, mean 4, seed 19.

use crate::{timed, Workload};

#[derive(Clone, Copy)]
struct Node {
    state: [u32; 5],
    depth: u32,
    limit: u32,
}

pub fn workload(limit: u64) -> Workload {
    Box::new(move |pool| timed(|| pool.install(|| search(root(limit as u32)))))
}

fn root(limit: u32) -> Node {
    let mut block = [0u32; 16];
    block[4] = 19;
    block[5] = 0x8000_0000;
    block[15] = 20 * 8;
    Node { state: sha1(block), depth: 0, limit }
}

impl Node {
    fn children(&self) -> u32 {
        if self.depth > 0 && self.depth >= self.limit {
            return 0;
        }
        let u = f64::from(self.state[4] & 0x7FFF_FFFF) / 2147483648.0;
        ((1.0 - u).ln() / (1.0 - 1.0 / 5.0f64).ln()).floor() as u32
    }

    fn child(&self, number: u32) -> Node {
        let mut block = [0u32; 16];
        block[..5].copy_from_slice(&self.state);
        block[5] = number;
        block[6] = 0x8000_0000;
        block[15] = 24 * 8;
        Node { state: sha1(block), depth: self.depth + 1, limit: self.limit }
    }
}

fn search(node: Node) -> i64 {
    match node.children() {
        0 => 1,
        n => 1 + search_children(&node, 0, n),
    }
}

fn search_children(parent: &Node, from: u32, to: u32) -> i64 {
    if to - from == 1 {
        return search(parent.child(from));
    }
    let middle = (from + to) / 2;
    let (a, b) = rayon::join(|| search_children(parent, from, middle), || search_children(parent, middle, to));
    a + b
}

fn sha1(block: [u32; 16]) -> [u32; 5] {
    let mut w = [0u32; 80];
    w[..16].copy_from_slice(&block);
    for i in 16..80 {
        w[i] = (w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1);
    }
    let start = [0x67452301u32, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
    let [mut a, mut b, mut c, mut d, mut e] = start;
    for (i, &word) in w.iter().enumerate() {
        let (f, k) = match i {
            0..=19 => ((b & c) | (!b & d), 0x5A827999),
            20..=39 => (b ^ c ^ d, 0x6ED9EBA1),
            40..=59 => ((b & c) | (b & d) | (c & d), 0x8F1BBCDCu32),
            _ => (b ^ c ^ d, 0xCA62C1D6),
        };
        let t = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(word);
        (e, d, c, b, a) = (d, c, b.rotate_left(30), a, t);
    }
    [
        a.wrapping_add(start[0]),
        b.wrapping_add(start[1]),
        c.wrapping_add(start[2]),
        d.wrapping_add(start[3]),
        e.wrapping_add(start[4]),
    ]
}
