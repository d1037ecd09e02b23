//! Characters: in Chinese mode GB 18030, else of a code page.

use encoding_rs::{Encoding, GB18030, IBM866, WINDOWS_1252};

use super::Op;
use super::Read::{self, More, Whole};

/// The upper half of code page 437, which printers begin with.
const CODE_PAGE_437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{A0}";

/// Lines of code page 1, from 8F on; its katakana begin at A1.
const CODE_PAGE_1: &str = "┼┴┬┤├▔─│▕┌┐└┘╭╮╰╯";

pub(super) fn read(begun: &[u8], chinese: bool, code_page: u8) -> Read {
    match begun {
        [byte @ b' '..=b'~'] => Whole(Op::Char(char::from(*byte), false)),
        [0x7F] => Whole(Op::Nothing),
        [byte] if !chinese => Whole(single(*byte, code_page)),
        [0x81..=0xFE] | [_, 0x30..=0x39] | [_, 0x30..=0x39, _] => More,
        _ => Whole(decode(GB18030, begun, true)),
    }
}

fn single(byte: u8, code_page: u8) -> Op {
    match code_page {
        1 => match byte {
            0x8F..=0x9F => nth(CODE_PAGE_1, byte - 0x8F),
            0xA1..=0xDF => Op::Char(char::from_u32(0xFF61 - 0xA1 + u32::from(byte)).unwrap_or(' '), false),
            _ => Op::Unknown(vec![byte]),
        },
        16 => decode(WINDOWS_1252, &[byte], false),
        17 => decode(IBM866, &[byte], false),
        _ => nth(CODE_PAGE_437, byte.wrapping_sub(0x80)),
    }
}

fn nth(page: &str, at: u8) -> Op {
    page.chars().nth(at.into()).map_or_else(|| Op::Unknown(vec![at]), |c| Op::Char(c, false))
}

fn decode(encoding: &'static Encoding, bytes: &[u8], wide: bool) -> Op {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let mut chars = text.iter().flat_map(|text| text.chars());
    match (chars.next(), chars.next()) {
        (Some(c), None) => Op::Char(c, wide),
        _ => Op::Unknown(bytes.to_vec()),
    }
}
