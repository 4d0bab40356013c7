//! Speed of the reader: comments a second, and a transcript of two megabytes.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use jieba_rs::Jieba;
use text::{Reader, mask};

const COMMENTS: [&str; 6] = [
    "送餐很快，味道也不错，就是汤洒了一点",
    "客服态度很差，打了三次电话都没人处理，要求退款",
    "请问电子发票怎么开？抬头写错了可以改吗",
    "建议增加夜间人工客服，机器人答非所问",
    "房间干净，早餐品种少，前台办理入住等了半小时，总体还可以，下次来还会考虑",
    "The agent was polite but my refund has still not arrived after two weeks",
];

/// As [`text::segment`] loads it at its first use.
const DICTIONARY: &str = include_str!("../src/dictionary.txt");

fn read(c: &mut Criterion) {
    let reader = Reader::new();
    let mut group = c.benchmark_group("read");
    group.throughput(Throughput::Elements(COMMENTS.len() as u64));
    group.bench_function("comments", |b| {
        b.iter(|| {
            COMMENTS.iter().map(|text| reader.read(black_box(text)).topics.len()).sum::<usize>()
        });
    });
    let transcript = COMMENTS.concat().repeat(2_000_000 / COMMENTS.concat().len());
    group.throughput(Throughput::Bytes(transcript.len() as u64));
    group.sample_size(10);
    group.bench_function("transcript of 2 MB", |b| b.iter(|| reader.read(black_box(&transcript))));
    group.bench_function("masking 2 MB", |b| b.iter(|| mask::mask(black_box(&transcript))));
    group.finish();
    c.bench_function("load", |b| b.iter(Reader::new));
    c.bench_function("load the dictionary", |b| {
        b.iter(|| Jieba::with_dict(&mut black_box(DICTIONARY).as_bytes()));
    });
}

criterion_group!(benches, read);
criterion_main!(benches);
