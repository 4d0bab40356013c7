//! Which encoding a text file is in, and a reader that decodes it while it flows by.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// Files up to this size are looked at whole; of longer ones the beginning and a few windows.
const WHOLE_BYTES_MAX: u64 = 8 << 20;
const HEAD_BYTES: u64 = 4 << 20;
const WINDOW_BYTES: u64 = 256 << 10;
const WINDOWS: u64 = 16;
/// Damaged UTF-8 stays UTF-8 when this many characters are sound for each that is not.
const SOUND_PER_DAMAGED: u64 = 20;

/// What was found, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodingFinding {
    /// Name by the WHATWG standard: `UTF-8`, `UTF-16LE`, `gb18030`, `windows-1252`, …
    pub name: String,
    /// False when few bytes spoke for it: the reader should look at the sample before believing.
    pub sure: bool,
    /// The file says so itself by a byte order mark.
    pub has_bom: bool,
}

impl EncodingFinding {
    fn new(encoding: &'static Encoding, sure: bool, has_bom: bool) -> Self {
        Self { name: encoding.name().to_owned(), sure, has_bom }
    }
}

/// The encoding of that name; GBK and GB2312 are read as GB18030, which contains both.
pub fn by_name(name: &str) -> Result<&'static Encoding, Refusal> {
    match Encoding::for_label(name.trim().as_bytes()) {
        Some(it) if it == GBK => Ok(GB18030),
        Some(it) => Ok(it),
        None => Err(Refusal::UnknownEncoding(name.to_owned())),
    }
}

/// Looks at `file` and says what it seems to be encoded in. A byte order mark decides; then valid
/// UTF-8; then the pattern of zero bytes of UTF-16; then statistics, with China as the likelier home.
pub fn detect(file: &mut (impl Read + Seek)) -> io::Result<EncodingFinding> {
    let windows = windows(file)?;
    let head = windows.first().map_or(&[][..], Vec::as_slice);
    if let Some((encoding, _)) = Encoding::for_bom(head) {
        return Ok(EncodingFinding::new(encoding, true, true));
    }
    if let Some(utf_16) = zero_pattern(head) {
        return Ok(EncodingFinding::new(utf_16, true, false));
    }
    let (mut sound, mut damaged) = (0, 0);
    for (nth, window) in windows.iter().enumerate() {
        let (good, bad) = utf_8_census(window, 0 < nth, nth + 1 < windows.len());
        sound += good;
        damaged += bad;
    }
    if damaged == 0 {
        return Ok(EncodingFinding::new(UTF_8, true, false));
    }
    if damaged.saturating_mul(SOUND_PER_DAMAGED) <= sound {
        return Ok(EncodingFinding::new(UTF_8, false, false));
    }
    Ok(by_statistics(&windows))
}

fn by_statistics(windows: &[Vec<u8>]) -> EncodingFinding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for window in windows {
        detector.feed(window, false);
    }
    detector.feed(&[], true);
    let anywhere = detector.guess(None, Utf8Detection::Deny);
    let in_china = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    let high = windows.iter().flatten().filter(|&&byte| 0x7f < byte).count();
    // A handful of bytes fits almost anything.
    let sure = anywhere == in_china && 40 <= high;
    let guess = if in_china == GBK { GB18030 } else { anywhere };
    EncodingFinding::new(guess, sure, false)
}

/// The beginning of the file and, if it is long, windows spread over the rest.
fn windows(file: &mut (impl Read + Seek)) -> io::Result<Vec<Vec<u8>>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut window = |start: u64, bytes: u64| -> io::Result<Vec<u8>> {
        file.seek(SeekFrom::Start(start))?;
        let mut buffer = Vec::new();
        file.by_ref().take(bytes).read_to_end(&mut buffer)?;
        Ok(buffer)
    };
    if length <= WHOLE_BYTES_MAX {
        return Ok(vec![window(0, length)?]);
    }
    let mut all = vec![window(0, HEAD_BYTES)?];
    let stride = (length - HEAD_BYTES - WINDOW_BYTES) / WINDOWS;
    for nth in 1..=WINDOWS {
        all.push(window(HEAD_BYTES + stride * nth, WINDOW_BYTES)?);
    }
    Ok(all)
}

/// UTF-16 without its mark: every second byte of its Latin letters and line ends is zero. A few of
/// the other bytes may be, as in U+5200.
fn zero_pattern(head: &[u8]) -> Option<&'static Encoding> {
    let head = &head[..head.len().min(4_096) & !1];
    let zeros = |offset: usize| head.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = head.len() / 2 / 10;
    if many < odd && 4 * even < odd {
        Some(UTF_16LE)
    } else if many < even && 4 * odd < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// How many multi-byte characters are sound and how many sequences are not. A window cut out of the
/// middle may begin or end inside a character; that is not damage.
fn utf_8_census(window: &[u8], cut_start: bool, cut_end: bool) -> (u64, u64) {
    let continuation = |byte: &&u8| **byte & 0xc0 == 0x80;
    let skip = if cut_start { window.iter().take(3).take_while(continuation).count() } else { 0 };
    let (mut sound, mut damaged) = (0, 0);
    let mut chunks = window[skip..].utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        sound += chunk.valid().bytes().filter(|&byte| 0xc0 <= byte).count() as u64;
        let last = chunks.peek().is_none();
        damaged += u64::from(!(chunk.invalid().is_empty() || last && cut_end));
    }
    (sound, damaged)
}

/// Decodes to UTF-8 while reading, with line ends made `\n` and one at the very end.
///
/// Refuses zero bytes, and more than a budget of bytes between two calls of
/// [`allow`](Self::allow): whoever cuts the stream into records calls it after each.
pub struct Utf8Reader<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Decoded and normalised, not yet handed out from `at` on.
    ready: Vec<u8>,
    at: usize,
    handed_out: u64,
    /// Lines ended in what was decoded so far.
    lines: u64,
    /// The last byte decoded, before line ends were made alike.
    last: Option<u8>,
    done: bool,
    end_mark: bool,
    budget: Cell<u64>,
    damaged: RefCell<VecDeque<u64>>,
}

/// Travels through `io::Error` out of libraries that read from [`Utf8Reader`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    #[error("zero byte on line {0}")]
    Zero(u64),
    #[error("record too long")]
    TooLong,
}

const RAW_BYTES: usize = 64 << 10;

impl<R: Read> Utf8Reader<R> {
    pub fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder(),
            raw: vec![0; RAW_BYTES],
            ready: Vec::new(),
            at: 0,
            handed_out: 0,
            lines: 0,
            last: None,
            done: false,
            end_mark: false,
            budget: Cell::new(u64::MAX),
            damaged: RefCell::default(),
        }
    }

    /// Ends the stream with a line of one zero byte, which no text holds: whoever reads records sees
    /// whether the last one was closed.
    #[must_use]
    pub fn with_end_mark(mut self) -> Self {
        self.end_mark = true;
        self
    }

    /// From here at most `bytes` more before it is called again.
    pub fn allow(&self, bytes: u64) {
        self.budget.set(bytes);
    }

    /// Forgets malformed sequences before the offset `end` of the decoded stream, saying whether
    /// there was one.
    pub fn damaged_before(&self, end: u64) -> bool {
        let mut damaged = self.damaged.borrow_mut();
        let before = damaged.len();
        while damaged.front().is_some_and(|&at| at < end) {
            damaged.pop_front();
        }
        damaged.len() < before
    }

    fn refill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.at = 0;
        while self.ready.is_empty() && !self.done {
            let count = self.inner.read(&mut self.raw)?;
            self.done = count == 0;
            let raw = std::mem::take(&mut self.raw);
            let decoded = self.decode(&raw[..count]);
            self.raw = raw;
            decoded?;
        }
        if self.done && !matches!(self.last, None | Some(b'\r' | b'\n')) {
            self.ready.push(b'\n');
            self.last = Some(b'\n');
        }
        if self.done && std::mem::take(&mut self.end_mark) {
            self.ready.extend(b"\0\n");
        }
        Ok(())
    }

    fn decode(&mut self, mut raw: &[u8]) -> io::Result<()> {
        let mut text = String::with_capacity(raw.len() * 3 + 16);
        loop {
            let (result, read) =
                self.decoder.decode_to_string_without_replacement(raw, &mut text, self.done);
            raw = &raw[read..];
            self.append(&text)?;
            text.clear();
            match result {
                DecoderResult::InputEmpty => return Ok(()),
                DecoderResult::OutputFull => text.reserve(raw.len() * 3 + 16),
                DecoderResult::Malformed(..) => {
                    let at = self.handed_out + self.ready.len() as u64;
                    self.damaged.borrow_mut().push_back(at);
                    self.append("\u{fffd}")?;
                }
            }
        }
    }

    fn append(&mut self, text: &str) -> io::Result<()> {
        for &byte in text.as_bytes() {
            match byte {
                0 => return Err(io::Error::other(Stop::Zero(self.lines + 1))),
                b'\n' if self.last == Some(b'\r') => {}
                b'\r' | b'\n' => {
                    self.lines += 1;
                    self.ready.push(b'\n');
                }
                _ => self.ready.push(byte),
            }
            self.last = Some(byte);
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.ready.len() {
            self.refill()?;
        }
        let count = buffer.len().min(self.ready.len() - self.at);
        let left = self.budget.get();
        if left == 0 && 0 < count {
            return Err(io::Error::other(Stop::TooLong));
        }
        let count = count.min(usize::try_from(left).unwrap_or(usize::MAX));
        buffer[..count].copy_from_slice(&self.ready[self.at..self.at + count]);
        self.at += count;
        self.handed_out += count as u64;
        self.budget.set(left - count as u64);
        Ok(count)
    }
}
