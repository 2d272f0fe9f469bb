//! The frames of a stack, and nothing else that its text says: docs/canonical-json.md, 8.8 to 8.11.

const FRAME_LIMIT: usize = 30;
const STACK_LIMIT: usize = 16_384;

/// Returns the last frames of a stack, which are the deepest, with paths of two segments.
pub(crate) fn reduced(stack: &str) -> String {
    let mut reduced = String::new();
    let mut frames: Vec<_> = stack.rsplit('\n').filter_map(frame).take(FRAME_LIMIT).collect();
    let mut length = 0;
    frames.retain(|frame| {
        length += frame.iter().map(|part| part.len()).sum::<usize>();
        length <= STACK_LIMIT + 1
    });
    frames.iter().rev().flatten().for_each(|part| reduced.push_str(part));
    reduced.pop();
    reduced
}

/// Returns the parts of the frame that a line is, if it is one as a whole, and of a line feed.
fn frame(line: &str) -> Option<[&str; 9]> {
    let (path, rest) = line.trim_start_matches([' ', '\t']).strip_prefix("File \"")?.split_once('"')?;
    let (number, name) = rest.strip_prefix(", line ")?.split_once(", in ")?;
    let name = name.trim_end_matches([' ', '\t', '\r']);
    let is_number = (1..=9).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte > b' ' && byte != b'"' && byte != 0x7f);
    let mut segments = path.rsplit(['/', '\\']).filter(|segment| !segment.is_empty());
    let last = segments.next().unwrap_or_default();
    let (parent, slash) = segments.next().map_or(("", ""), |parent| (parent, "/"));
    (is_number && is_name).then_some(["File \"", parent, slash, last, "\", line ", number, ", in ", name, "\n"])
}
