//! Words that point at a person: mail addresses, plates, postal addresses, names.

use std::sync::LazyLock;

use super::Secret;
use crate::fold::Folded;

/// The provinces as they stand on plates.
const PLATE_FIRST: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Frequent family names: a name is taken after a title, before one, or after "我叫", and only with
/// one of these, or 各位先生 would lose 位.
const SURNAMES: &str = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范石廖贾韦夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝";
const TITLES: &[&str] = &[
    "先生", "女士", "小姐", "经理", "主任", "老师", "师傅", "医生", "大夫", "店长", "队长", "书记",
    "局长", "科长", "护士",
];
const NAME_AFTER: &[&str] = &[
    "我叫",
    "我是",
    "姓名",
    "收货人",
    "收件人",
    "联系人",
    "寄件人",
    "投保人",
    "经办人",
    "客户姓名",
    "工号",
    "名叫",
    "叫做",
    "本人",
];
/// After these a name needs no punctuation before it.
const NAME_AFTER_SURE: &[&str] =
    &["我叫", "姓名", "收货人", "收件人", "联系人", "寄件人", "投保人", "客户姓名", "名叫"];

/// Chinese characters asked for at every place of a text: one bit each.
struct HanSet(Vec<u64>);

impl HanSet {
    fn new(chars: &str) -> Self {
        let mut bits = vec![0; (HAN_LAST - HAN_FIRST) as usize / 64 + 1];
        for at in chars.chars().filter_map(han_index) {
            bits[at / 64] |= 1 << (at % 64);
        }
        Self(bits)
    }

    fn contains(&self, c: char) -> bool {
        han_index(c).is_some_and(|at| self.0[at / 64] >> (at % 64) & 1 == 1)
    }
}

const HAN_FIRST: u32 = 0x4e00;
const HAN_LAST: u32 = 0x9fff;

fn han_index(c: char) -> Option<usize> {
    let c = u32::from(c);
    (HAN_FIRST..=HAN_LAST).contains(&c).then(|| (c - HAN_FIRST) as usize)
}

static IS_PLATE_FIRST: LazyLock<HanSet> = LazyLock::new(|| HanSet::new(PLATE_FIRST));
static IS_SURNAME: LazyLock<HanSet> = LazyLock::new(|| HanSet::new(SURNAMES));

/// Steps of an address from large to small.
const AREA: &[&str] = &[
    "省",
    "自治区",
    "特别行政区",
    "市",
    "自治州",
    "州",
    "盟",
    "区",
    "县",
    "旗",
    "镇",
    "乡",
    "街道",
];
const PLACE: &[&str] = &[
    "村", "路", "街", "大道", "巷", "弄", "胡同", "小区", "花园", "公寓", "大厦", "广场", "社区",
    "家园", "苑", "号院", "号", "栋", "幢", "座", "号楼", "楼", "单元", "层", "室", "组", "门",
];

/// An address of more steps is a list of them; without an end, text of steps alone costs a square.
const STEPS_MAX: usize = 8;

/// Kind and folded characters `from..to` of each piece found.
pub(super) fn find(folded: &Folded) -> Vec<(Secret, usize, usize)> {
    let mut found = Vec::new();
    let mut end = 0;
    for at in 0..folded.len() {
        match folded.chars[at] {
            '@' => found.extend(mail(folded, at)),
            c if IS_PLATE_FIRST.contains(c) => found.extend(plate(folded, at)),
            _ => {}
        }
        if at >= end {
            let piece = address(folded, at).or_else(|| name(folded, at));
            if let Some(piece) = piece {
                end = piece.2;
                found.push(piece);
            }
        }
    }
    found
}

fn mail(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    let local = |c: &&char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let host = |c: &&char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let before = folded.chars[..at].iter().rev().take(64).take_while(local).count();
    let mut after = folded.chars[at + 1..].iter().take(255).take_while(host).count();
    while after > 0 && matches!(folded.chars[at + after], '.' | '-') {
        after -= 1;
    }
    let dotted = folded.chars[at + 1..=at + after].contains(&'.');
    (before > 0 && dotted).then_some((Secret::Email, at - before, at + 1 + after))
}

/// A province, a letter, then five signs, six for electric cars, at least two of them digits.
fn plate(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    let letter = folded.chars.get(at + 1).filter(|c| c.is_ascii_alphabetic())?;
    let start = at + 2 + usize::from(folded.chars.get(at + 2) == Some(&'·'));
    let signs = folded.chars.get(start..)?.iter().take(7).take_while(|c| c.is_ascii_alphanumeric());
    let signs: Vec<&char> = signs.collect();
    let digits = signs.iter().filter(|c| c.is_ascii_digit()).count();
    let plate = matches!(signs.len(), 5 | 6) && digits >= 2 && *letter != 'i';
    plate.then(|| (Secret::Plate, at, start + signs.len()))
}

/// A chain of steps, each a name of at most eight characters and a word for its size: at least two
/// steps, one of them a street or smaller with a number somewhere.
fn address(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    let first = step(folded, at, AREA).or_else(|| step(folded, at, PLACE))?;
    let (mut end, mut steps, mut fine) = (first, 1, step(folded, at, AREA).is_none());
    while let Some(next) =
        step(folded, end, AREA).or_else(|| step(folded, end, PLACE).inspect(|_| fine = true))
    {
        end = next;
        steps += 1;
        if steps == STEPS_MAX {
            break;
        }
    }
    let numbered = folded.chars[at..end]
        .iter()
        .any(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c));
    let starts_word = !"的了是在我们你他她这那有和与及从到".contains(folded.chars[at]);
    (steps >= 2 && fine && numbered && starts_word).then_some((Secret::Address, at, end))
}

/// Whether a word of [`AREA`] or [`PLACE`] may begin with this character: asked for every character.
fn opens_size(c: char) -> bool {
    matches!(
        c,
        '省' | '自'
            | '特'
            | '市'
            | '州'
            | '盟'
            | '区'
            | '县'
            | '旗'
            | '镇'
            | '乡'
            | '街'
            | '村'
            | '路'
            | '大'
            | '巷'
            | '弄'
            | '胡'
            | '小'
            | '花'
            | '公'
            | '广'
            | '社'
            | '家'
            | '苑'
            | '号'
            | '栋'
            | '幢'
            | '座'
            | '楼'
            | '单'
            | '层'
            | '室'
            | '组'
            | '门'
    )
}

/// Where the step that starts at `at` ends, if one of the words closes it.
fn step(folded: &Folded, at: usize, words: &[&str]) -> Option<usize> {
    let inside =
        |c: &char| ('\u{4e00}'..='\u{9fff}').contains(c) || c.is_ascii_alphanumeric() || *c == '-';
    let length = folded.chars.get(at..)?.iter().take(12).take_while(|c| inside(c)).count();
    (1..length).find_map(|name| {
        if !opens_size(folded.chars[at + name]) {
            return None;
        }
        let rest = folded.slice(at + name, at + length);
        let word = words.iter().filter(|word| rest.starts_with(**word)).max_by_key(|w| w.len())?;
        let spoken = folded.chars[at..at + name]
            .iter()
            .any(|c| "的了是在我们你他她这那有和与及从到住于去说很不没".contains(*c));
        (name <= 8 && !spoken).then(|| at + name + word.chars().count())
    })
}

fn name(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    latin_name(folded, at)
        .or_else(|| titled_name(folded, at))
        .or_else(|| introduced_name(folded, at))
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// 张女士, 欧阳先生, 王小明经理: a family name with up to two more characters before a title.
fn titled_name(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    if !IS_SURNAME.contains(folded.chars[at]) {
        return None;
    }
    (1..=3).find_map(|length| {
        let rest = folded.chars.get(at + length..)?;
        let title =
            |title: &&&str| title.chars().zip(rest).all(|(a, b)| a == *b) && rest.len() >= 2;
        let known = TITLES.iter().find(title).is_some();
        let han = folded.chars[at..at + length].iter().all(|c| is_han(*c));
        (known && han).then_some((Secret::Name, at, at + length))
    })
}

/// 我叫王小明, 收货人：李四: two or three characters after a word that introduces a name.
fn introduced_name(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    if !IS_SURNAME.contains(folded.chars[at]) {
        return None;
    }
    let signs = folded.chars[..at].iter().rev().take(3);
    let signs = signs.take_while(|c| matches!(c, ' ' | ':' | '是' | '为')).count();
    let before = folded.slice(at.saturating_sub(signs + 4), at - signs);
    let words = if signs > 0 { NAME_AFTER } else { NAME_AFTER_SURE };
    if !words.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let stop = |c: &&char| is_han(**c) && !"的在是电话住手机地址先女，和与".contains(**c);
    let length = folded.chars[at..].iter().take(3).take_while(stop).count();
    (length >= 2).then_some((Secret::Name, at, at + length))
}

/// Mr. Smith, my name is Anna Lee.
fn latin_name(folded: &Folded, at: usize) -> Option<(Secret, usize, usize)> {
    const BEFORE: &[&str] = &["mr. ", "mrs. ", "ms. ", "mr ", "mrs ", "ms ", "dr. ", "my name is "];
    if !folded.chars[at].is_ascii_alphabetic() || at == 0 || folded.chars[at - 1] != ' ' {
        return None;
    }
    let before = folded.slice(at.saturating_sub(12), at);
    let word = BEFORE.iter().find(|word| {
        let bounded = before.strip_suffix(**word);
        bounded.is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
    })?;
    let letters = |from: usize| {
        folded.chars[from..].iter().take(24).take_while(|c| c.is_ascii_alphabetic()).count()
    };
    let mut end = at + letters(at);
    let second = end + 1;
    if word.starts_with("my") && folded.chars.get(end) == Some(&' ') && second < folded.len() {
        let more = letters(second);
        let stop = matches!(
            folded.slice(second, second + more),
            "and" | "i" | "my" | "from" | "the" | "with"
        );
        end = if more > 1 && !stop { second + more } else { end };
    }
    Some((Secret::Name, at, end))
}
