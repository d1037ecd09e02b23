//! Synthetic cards: plausible names that are nobody's, numbers of an area (110000) that is printed on no card.

use protocol::bridge::CardKind;
use serde::{Serialize, Serializer};

use crate::samv::nation;
use crate::samv::text::{KIND, SIZE};

/// A card of nobody.
#[derive(Debug, Clone, Serialize)]
pub struct SyntheticCard {
    /// What is special about it: `deck-` and this is the key of its words.
    pub label: &'static str,
    /// Which card.
    pub kind: CardKind,
    /// The name that a reader should tell.
    pub name: &'static str,
    /// Its number.
    pub number: &'static str,
    /// The holder's birth, `YYYYMMDD`.
    pub birth: &'static str,
    /// The last day of the card, `YYYYMMDD`; none for a long-term card.
    pub valid_to: Option<String>,
    #[serde(skip)]
    english: &'static str,
    /// GB/T 3304. No reader tells it.
    #[serde(serialize_with = "nation_name")]
    nation: &'static str,
    #[serde(skip)]
    address: &'static str,
    #[serde(skip)]
    valid_from: &'static str,
}

fn nation_name<S: Serializer>(code: &str, serializer: S) -> Result<S::Ok, S::Error> {
    nation::name(code).serialize(serializer)
}

impl SyntheticCard {
    /// The 256 bytes of text on it.
    pub fn block(&self) -> [u8; SIZE] {
        let mut block = [0; SIZE];
        for unit in block.chunks_exact_mut(2) {
            unit.copy_from_slice(&u16::from(b' ').to_le_bytes());
        }
        let mut put = |at: usize, end: usize, text: &str| {
            let units: Vec<u16> = text.encode_utf16().collect();
            for (unit, place) in units.iter().zip(block[at..end].chunks_exact_mut(2)) {
                place.copy_from_slice(&unit.to_le_bytes());
            }
        };
        let to = self.valid_to.as_deref().unwrap_or("长期");
        put(188, 204, self.valid_from);
        put(204, 220, to);
        if self.kind == CardKind::Foreigner2017 {
            put(0, 120, self.english);
            put(120, 122, self.sex());
            put(122, 152, self.number);
            put(152, 158, &self.number[..3]);
            put(158, 188, if self.name == self.english { "" } else { self.name });
            put(220, 236, self.birth);
            put(236, 240, "01");
            put(240, 248, "1100");
            put(KIND, KIND + 2, "I");
            return block;
        }
        put(0, 30, if self.name == self.english { "" } else { self.name });
        put(30, 32, self.sex());
        put(36, 52, self.birth);
        put(122, 158, self.number);
        match self.kind {
            CardKind::Resident => {
                put(32, 36, self.nation);
                put(52, 122, self.address);
                put(158, 188, "北京市公安局");
            }
            CardKind::ResidencePermit => {
                put(52, 122, self.address);
                put(158, 188, "北京市公安局");
                put(220, 238, "H00000001");
                put(238, 242, "01");
                put(KIND, KIND + 2, "J");
            }
            CardKind::Foreigner2017 | CardKind::Foreigner2023 => {
                put(32, 36, "01");
                put(52, 122, self.english);
                let rest: String = self.english.chars().skip(35).collect();
                put(220, 242, &rest);
                put(242, 248, "CAN");
                put(KIND, KIND + 2, "Y");
            }
        }
        block
    }

    /// GB/T 2261.1: the 17th digit is odd for men. The number of 2017 has it before its last digit.
    fn sex(&self) -> &'static str {
        let digits = self.number.as_bytes();
        if digits[digits.len() - 2] % 2 == 1 { "1" } else { "2" }
    }
}

/// The deck. A card keeps its place, so that a test may name it by number.
pub fn cards() -> Vec<SyntheticCard> {
    let card = |label, name, number: &'static str, valid_from, valid_to: &str| SyntheticCard {
        label,
        kind: CardKind::Resident,
        name,
        number,
        birth: &number[6..14],
        valid_to: (!valid_to.is_empty()).then(|| valid_to.to_owned()),
        english: "-",
        nation: "01",
        address: "北京市样例区测试路1号",
        valid_from,
    };
    vec![
        card("resident", "样本甲", "110000199001010013", "20200101", "20400101"),
        card("resident", "李样例", "110000198502140022", "20190301", "20390301"),
        card("ends-in-x", "王测试", "11000019991231048X", "20210615", "20310615"),
        card("elder-over-70", "张示范", "110000194103180037", "20100318", ""),
        card("expired", "陈过期", "110000197807070016", "20040707", "20240707"),
        card("rare-character", "李𬎆样", "110000200002290024", "20220301", "20320301"),
        SyntheticCard {
            nation: "05",
            ..card("long-name", "阿依古丽·样本江", "110000199208100059", "20180810", "20380810")
        },
        card("elder-over-60", "赵样板", "110000196505120060", "20150512", "20350512"),
        card("of-age-lately", "孙例子", "110000200606010070", "20240601", "20340601"),
        card("resident", "周范例", "110000198811110089", "20231111", "20431111"),
        card("resident", "吴模拟", "11000019730925009X", "20130925", "20330925"),
        SyntheticCard {
            kind: CardKind::ResidencePermit,
            ..card("residence-permit", "郑样港", "810000198008080031", "20230808", "20280808")
        },
        SyntheticCard {
            kind: CardKind::Foreigner2017,
            birth: "19780707",
            english: "SAMPLE, JOHN",
            ..card("foreigner-2017", "约翰样本", "CAN110078070701", "20190707", "20290707")
        },
        SyntheticCard {
            kind: CardKind::Foreigner2023,
            english: "SAMPLE, ALEXANDRA KATHERINE MARGUERITE",
            ..card(
                "foreigner-2023",
                "SAMPLE, ALEXANDRA KATHERINE MARGUERITE",
                "911840200001010056",
                "20240101",
                "20340101",
            )
        },
    ]
}
