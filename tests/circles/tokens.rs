//! Code taken apart: names and signs without comments, texts and tests.

/// The smallest parts of code that matter here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// A name or a keyword.
    Name(String),
    /// The sign `::`.
    Colons,
    /// Any other sign.
    Sign(char),
}

impl Token {
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Token::Name(name) if name == word)
    }
}

/// The end of a text between quotes that opens at `start`, where escapes count unless `raw`, closed by `hashes` signs `#`.
fn end_of_text(text: &[char], start: usize, hashes: usize, raw: bool) -> usize {
    let mut at = start + 1;
    while at < text.len() {
        match text[at] {
            '\\' if !raw => at += 1,
            '"' if text[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes => {
                return at + 1 + hashes;
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// The end of a comment between `/*` and `*/`, which may hold others.
fn end_of_block_comment(text: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at + 1 < text.len() {
        match (text[at], text[at + 1]) {
            ('/', '*') => (at, depth) = (at + 2, depth + 1),
            ('*', '/') => (at, depth) = (at + 2, depth - 1),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Code without comments and texts, taken apart.
pub fn tokens(code: &str) -> Vec<Token> {
    let text: Vec<char> = code.chars().collect();
    let next = |at: usize| text.get(at).copied().unwrap_or(' ');
    let in_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens = vec![];
    let mut at = 0;
    while at < text.len() {
        let sign = text[at];
        if sign == '/' && next(at + 1) == '/' {
            at += text[at..].iter().take_while(|c| **c != '\n').count();
        } else if sign == '/' && next(at + 1) == '*' {
            at = end_of_block_comment(&text, at);
        } else if sign == '"' {
            at = end_of_text(&text, at, 0, false);
        } else if sign == '\'' {
            // A character, or a lifetime.
            let escaped = next(at + 1) == '\\';
            if escaped {
                at += 3;
                at += text[at..].iter().take_while(|c| **c != '\'').count() + 1;
            } else {
                let is_letter = next(at + 2) == '\'';
                at += if is_letter { 3 } else { 1 };
                at += text[at..].iter().take_while(|c| !is_letter && in_name(**c)).count();
            }
        } else if in_name(sign) {
            let name: String = text[at..].iter().take_while(|c| in_name(**c)).collect();
            at += name.chars().count();
            let raw = name == "r" || name == "br";
            let hashes = text[at..].iter().take_while(|c| **c == '#').count();
            if raw && next(at + hashes) == '"' {
                at = end_of_text(&text, at + hashes, hashes, true);
            } else if name == "b" && next(at) == '"' {
                at = end_of_text(&text, at, 0, false);
            } else {
                tokens.push(Token::Name(name));
            }
        } else if sign == ':' && next(at + 1) == ':' {
            tokens.push(Token::Colons);
            at += 2;
        } else {
            if !sign.is_whitespace() {
                tokens.push(Token::Sign(sign));
            }
            at += 1;
        }
    }
    tokens
}

/// The place behind the bracket that closes the one at `open`.
pub fn behind_bracket(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign('(' | '[' | '{') => depth += 1,
            Token::Sign(')' | ']' | '}') => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// The place behind an item that begins at `start`: its semicolon, its closing brace, or the comma of a field.
fn behind_item(tokens: &[Token], start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        match tokens[at] {
            Token::Sign('{') => return behind_bracket(tokens, at),
            Token::Sign('(' | '[') => at = behind_bracket(tokens, at),
            Token::Sign(';' | ',') => return at + 1,
            Token::Sign('}') => return at,
            _ => at += 1,
        }
    }
    at
}

/// Tokens without the items that only tests have, and the child modules among these by name.
pub fn without_tests(tokens: &[Token]) -> (Vec<Token>, Vec<String>) {
    let (mut kept, mut test_modules, mut at) = (vec![], vec![], 0);
    while at < tokens.len() {
        let opens = tokens[at] == Token::Sign('#') && tokens.get(at + 1) == Some(&Token::Sign('['));
        let end = if opens { behind_bracket(tokens, at + 1) } else { at };
        let attribute = &tokens[at..end];
        let has = |word: &str| attribute.iter().any(|token| token.is(word));
        let of_tests = opens
            && has("test")
            && !has("not")
            && (attribute.get(2).is_some_and(|first| first.is("cfg")) || attribute.len() == 4);
        if !of_tests {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        let mut start = end;
        while tokens.get(start) == Some(&Token::Sign('#')) {
            start = behind_bracket(tokens, start + 1);
        }
        at = behind_item(tokens, start);
        let place = tokens[start..at].iter().position(|token| token.is("mod"));
        if let Some(Token::Name(name)) = place.and_then(|place| tokens.get(start + place + 1)) {
            test_modules.push(name.clone());
        }
    }
    (kept, test_modules)
}
