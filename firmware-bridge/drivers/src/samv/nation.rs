//! Nationalities as cards name them: GB/T 3304, two digits. A queue has no use for one, so no reader tells it; the table serves
//! the virtual deck and whoever checks a card by eye.

/// 01 to 56, in the order of the standard. A list that goes around leaves out 25 and is wrong from there on.
const NAMES: [&str; 56] = [
    "汉",
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
];

/// What a code is called; none when there is no such code.
pub fn name(code: &str) -> Option<&'static str> {
    if code.len() != 2 || !super::number::digits(code) {
        return None;
    }
    match code.parse::<usize>().ok()? {
        97 => Some("其他"),
        98 => Some("外国血统中国籍人士"),
        number => NAMES.get(number.checked_sub(1)?).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_its_name() {
        for (code, known) in
            [("01", "汉"), ("24", "拉祜"), ("25", "水"), ("26", "东乡"), ("55", "珞巴"), ("56", "基诺")]
        {
            assert_eq!(name(code), Some(known), "{code}");
        }
        assert_eq!(name("97"), Some("其他"));
        assert_eq!(name("98"), Some("外国血统中国籍人士"));
        for code in ["00", "57", "96", "99", "1", "001", "0x", "", "２５", "  "] {
            assert_eq!(name(code), None, "{code}");
        }
        let mut all = NAMES.to_vec();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 56);
    }
}
