//! Bytes of a file → its text, or what else the file is.

/// The text of a file in UTF-8, with or without a mark at its front.
///
/// # Errors
///
/// What the bytes are instead and what to do, as the end of a sentence that begins with the name of the file.
pub fn text_of_bytes(bytes: Vec<u8>) -> Result<String, String> {
    if let Some(other) = of_another_kind(&bytes) {
        return Err(other);
    }
    String::from_utf8(bytes).map_err(|error| {
        let (at, bytes) = (error.utf8_error().valid_up_to(), error.as_bytes());
        let line = bytes[..at].split(|byte| *byte == b'\n').count();
        format!(
            "is not a text file in UTF-8: byte {at}, on line {line}, is 0x{:02X}, as in Windows-1252 or Latin-1; save it as \
             UTF-8 (in a spreadsheet: \"CSV UTF-8\")",
            bytes[at]
        )
    })
}

/// A kind of file that is known by its first bytes.
fn of_another_kind(bytes: &[u8]) -> Option<String> {
    let is_utf_16 =
        bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || has_every_other_nul(bytes);
    if is_utf_16 {
        return Some(
            "is in UTF-16 (\"Unicode text\" of a spreadsheet): save it as UTF-8 (in a spreadsheet: \"CSV UTF-8\")".into(),
        );
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Some(
            "is a spreadsheet or an archive, not a text file: export the sheet as CSV in UTF-8".into(),
        );
    }
    if bytes.starts_with(&[0x1F, 0x8B]) {
        return Some("is compressed (gzip): unpack it first".into());
    }
    let at = bytes.iter().position(|&byte| byte == 0)?;
    Some(format!("is not a text file: byte {at} is NUL"))
}

/// UTF-16 without a mark: of the first characters of plain text, one byte of two is zero.
fn has_every_other_nul(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(512)];
    let nuls = |from: usize| head.iter().skip(from).step_by(2).filter(|&&byte| byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    even.max(odd) * 4 > head.len() && even.min(odd) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_8_is_read_and_every_other_encoding_names_its_cure() {
        assert_eq!(text_of_bytes(b"date,a\n".to_vec()).unwrap(), "date,a\n");
        let wide = |text: &str, mark: bool| {
            let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect::<Vec<u8>>()
        };
        let big: Vec<u8> =
            [0xFEFF].into_iter().chain("date".encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for (bytes, expected) in [
            (b"date,a\n1990,\xA31\n".to_vec(), "byte 12, on line 2, is 0xA3, as in Windows-1252"),
            (wide("date,a\n1990,0.1\n", true), "UTF-16"),
            (wide("date,a\n1990,0.1\n", false), "UTF-16"),
            (big, "save it as UTF-8"),
            (b"PK\x03\x04rest".to_vec(), "export the sheet as CSV"),
            (vec![0x1F, 0x8B, 8], "unpack it first"),
            (vec![0; 40], "byte 0 is NUL"),
        ] {
            let found = text_of_bytes(bytes).unwrap_err();
            assert!(found.contains(expected), "{expected}: {found}");
        }
    }
}
