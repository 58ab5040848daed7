//! A name server on this machine that knows one name.

use std::io;
use std::net::UdpSocket;

/// Where it listens, apart from what else this machine may have on 127.0.0.1.
pub(crate) const ADDRESS: &str = "127.0.0.77";

/// Answers from a thread until the test process ends: `name` is 127.0.0.1, and nothing else is known.
///
/// Errors: the port is below 1024, so that it takes a privilege.
pub(crate) fn start(name: &'static str) -> io::Result<()> {
    let socket = UdpSocket::bind((ADDRESS, 53))?;
    std::thread::spawn(move || {
        let mut query = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query) {
            if let Some(answer) = answer(&query[..length], name) {
                // Whoever asked may be gone.
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    Ok(())
}

/// The answer to a query with one question (RFC 1035, section 4.1).
fn answer(query: &[u8], name: &str) -> Option<Vec<u8>> {
    let labels = name.split('.').flat_map(|label| {
        let length = u8::try_from(label.len()).expect("a short label");
        [&[length], label.as_bytes()].concat()
    });
    let mut known: Vec<u8> = labels.collect();
    known.push(0);
    let question = query.get(12..)?;
    let end = question.iter().position(|byte| *byte == 0)? + 1;
    let kind = question.get(end..end + 2)?;
    let question = question.get(..end + 4)?;
    let is_known = question[..end].eq_ignore_ascii_case(&known);
    let has_address = is_known && kind == [0, 1];
    let mut answer = query[..2].to_vec();
    // A response without recursion, and whether there is such a name.
    answer.extend([0x81, if is_known { 0x80 } else { 0x83 }]);
    answer.extend([0, 1, 0, u8::from(has_address), 0, 0, 0, 0]);
    answer.extend(question);
    if has_address {
        // The name of the question, an address on the internet, for a minute, of four bytes.
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1]);
    }
    Some(answer)
}
