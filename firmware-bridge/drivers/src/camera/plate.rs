//! Plates of vehicles: what a camera wrote, cleaned, and which kind it looks like (GA 36).
//!
//! The kind is a hint. A vehicle is never refused because its plate looks like none of these.

use protocol::pii::Pii;

/// The characters for provinces.
pub const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Longest plate that is kept, in characters; what is longer is cut there.
const MAX: usize = 16;
/// What cameras write when they saw none.
const NONE: [&str; 10] = ["_无_", "无", "无牌", "无牌车", "未识别", "NOPLATE", "UNKNOWN", "UNLICENSED", "NONE", "NULL"];
/// What Chinese firmware of Hikvision writes before the plate. The longer ones come first.
const COLOURS: [&str; 9] = ["黄绿", "渐变绿", "新能源绿", "蓝", "黄", "白", "黑", "绿", "红"];

/// Which kind a plate looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlateClass {
    /// 小型或大型汽车: province, authority, five characters.
    Ordinary,
    /// 小型新能源汽车.
    NewEnergySmall,
    /// 大型新能源汽车.
    NewEnergyLarge,
    /// 挂车.
    Trailer,
    /// 教练车.
    Learner,
    /// 警车.
    Police,
    /// 港澳入出境车.
    HongKongMacao,
    /// 使馆、领馆.
    Embassy,
    /// 武警.
    ArmedPolice,
    /// 军车.
    Army,
    /// 民航.
    CivilAviation,
    /// 应急.
    Emergency,
    /// None of these.
    Other,
}

/// A plate: its text, which prints nothing, and the kind that it looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plate {
    /// The text without blanks and dots, in capitals, at most 16 characters.
    pub text: Pii<String>,
    /// Which kind it looks like.
    pub class: PlateClass,
}

impl Plate {
    /// What a camera wrote; none where that means that it saw none.
    pub fn read(written: &str) -> Option<Self> {
        let text: String = written
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '·' | '•' | '.' | '-'))
            .flat_map(char::to_uppercase)
            .take(MAX + 4)
            .collect();
        if text.is_empty() || NONE.contains(&text.as_str()) {
            return None;
        }
        let text: String = without_colour(&text).chars().take(MAX).collect();
        let class = classify(&text);
        Some(Self { text: Pii::new(text), class })
    }
}

/// The plate after the name of a colour; the whole text where what follows is no plate.
fn without_colour(text: &str) -> &str {
    let rest = COLOURS.iter().find_map(|colour| text.strip_prefix(colour));
    rest.filter(|rest| rest.chars().count() >= 6 && classify(rest) != PlateClass::Other).unwrap_or(text)
}

fn is_letter(c: char) -> bool {
    c.is_ascii_uppercase() && !matches!(c, 'I' | 'O')
}

fn is_sign(c: char) -> bool {
    is_letter(c) || c.is_ascii_digit()
}

fn classify(text: &str) -> PlateClass {
    let all: Vec<char> = text.chars().collect();
    let digits = |part: &[char]| part.iter().all(char::is_ascii_digit);
    let signs = |part: &[char]| part.iter().all(|c| is_sign(*c));
    let energy = |c: char| matches!(c, 'A'..='H' | 'J' | 'K');
    match all.as_slice() {
        ['W', 'J', rest @ ..] if (5..=6).contains(&rest.len()) => PlateClass::ArmedPolice,
        ['民', '航', rest @ ..] if rest.len() == 5 && signs(rest) => PlateClass::CivilAviation,
        ['使', rest @ ..] if rest.len() == 6 && digits(rest) => PlateClass::Embassy,
        [first, second, rest @ ..] if PROVINCES.contains(*first) && is_letter(*second) => match rest {
            [five @ .., '使' | '领'] if five.len() == 4 && signs(five) => PlateClass::Embassy,
            [five @ .., '应', '急'] if five.len() == 4 && signs(five) => PlateClass::Emergency,
            [five @ .., last] if five.len() == 4 && signs(five) => match last {
                '挂' => PlateClass::Trailer,
                '学' => PlateClass::Learner,
                '警' => PlateClass::Police,
                '港' | '澳' => PlateClass::HongKongMacao,
                last if is_sign(*last) => PlateClass::Ordinary,
                _ => PlateClass::Other,
            },
            [kind, next, four @ ..] if four.len() == 4 && digits(four) && energy(*kind) && is_sign(*next) => {
                PlateClass::NewEnergySmall
            }
            [five @ .., last] if five.len() == 5 && digits(five) && energy(*last) => PlateClass::NewEnergyLarge,
            _ => PlateClass::Other,
        },
        [first, second, rest @ ..] if is_letter(*first) && is_letter(*second) && rest.len() == 5 && digits(rest) => {
            PlateClass::Army
        }
        _ => PlateClass::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, PlateClass)> {
        Plate::read(text).map(|plate| (plate.text.reveal().clone(), plate.class))
    }

    #[test]
    fn plates_are_known_by_their_kind() {
        for (text, class) in [
            ("浙A12345", PlateClass::Ordinary),
            ("浙AX2P12", PlateClass::Ordinary),
            ("京AD12345", PlateClass::NewEnergySmall),
            ("粤BK12345", PlateClass::NewEnergySmall),
            ("浙B12345D", PlateClass::NewEnergyLarge),
            ("浙B1234挂", PlateClass::Trailer),
            ("浙B1234学", PlateClass::Learner),
            ("浙B1234警", PlateClass::Police),
            ("粤Z1234港", PlateClass::HongKongMacao),
            ("粤A1234领", PlateClass::Embassy),
            ("使014578", PlateClass::Embassy),
            ("浙B1234应急", PlateClass::Emergency),
            ("WJ浙1234X", PlateClass::ArmedPolice),
            ("VA12345", PlateClass::Army),
            ("民航A1234", PlateClass::CivilAviation),
            ("ABC-123-XY", PlateClass::Other),
            ("浙I12345", PlateClass::Other),
        ] {
            assert_eq!(read(text).unwrap().1, class, "{text}");
        }
    }

    #[test]
    fn what_cameras_write_is_cleaned() {
        assert_eq!(read("浙A·12345").unwrap().0, "浙A12345");
        assert_eq!(read(" 浙a12345 ").unwrap().0, "浙A12345");
        assert_eq!(read("蓝浙AX2P12").unwrap(), ("浙AX2P12".into(), PlateClass::Ordinary));
        assert_eq!(read("黄绿浙AD12345").unwrap().0, "浙AD12345");
        // Not a colour but the beginning of what nobody knows.
        assert_eq!(read("黑A12345").unwrap(), ("黑A12345".into(), PlateClass::Ordinary));
        assert_eq!(read("蓝1").unwrap(), ("蓝1".into(), PlateClass::Other));
        assert_eq!(read(&"浙".repeat(99)).unwrap().0.chars().count(), MAX);
        for none in ["_无_", "无牌车", "noPlate", "unknown", "", "  ", "\u{0}"] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }
}
