//! Writes small ONNX files: the few fields of its protobuf messages that a test needs.

/// A message, field by field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    fn varint(mut self, mut value: u64) -> Self {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
        self
    }

    fn number(self, field: u64, value: u64) -> Self {
        self.varint(field << 3).varint(value)
    }

    fn bytes(self, field: u64, bytes: &[u8]) -> Self {
        let mut message = self.varint(field << 3 | 2).varint(bytes.len() as u64);
        message.0.extend_from_slice(bytes);
        message
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn message(self, field: u64, message: &Message) -> Self {
        self.bytes(field, &message.0)
    }
}

/// A side of a tensor: known, or open under a name.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Side {
    Of(u64),
    Open(&'static str),
}

pub(crate) const FLOAT: u64 = 1;
pub(crate) const INT64: u64 = 7;

/// An input or an output.
pub(crate) fn value(name: &str, kind: u64, sides: &[Side]) -> Message {
    let shape = sides.iter().fold(Message::default(), |shape, side| {
        let side = match side {
            Side::Of(length) => Message::default().number(1, *length),
            Side::Open(name) => Message::default().text(2, name),
        };
        shape.message(1, &side)
    });
    let tensor = Message::default().number(1, kind).message(2, &shape);
    Message::default().text(1, name).message(2, &Message::default().message(1, &tensor))
}

/// Numbers that the model knows.
pub(crate) fn constant(name: &str, sides: &[u64], values: &[f32]) -> Message {
    let raw: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let dims = sides.iter().fold(Message::default(), |message, side| message.number(1, *side));
    dims.number(2, FLOAT).text(8, name).bytes(9, &raw)
}

/// A step, with whole numbers and lists of them as settings.
pub(crate) fn node(kind: &str, inputs: &[&str], output: &str, settings: &[(&str, &[u64])]) -> Message {
    let node = inputs.iter().fold(Message::default(), |node, input| node.text(1, input));
    let node = node.text(2, output).text(3, output).text(4, kind);
    settings.iter().fold(node, |node, (name, values)| {
        let attribute = Message::default().text(1, name);
        let attribute = match values {
            [one] if *name != "axes" => attribute.number(3, *one).number(20, 2),
            many => many.iter().fold(attribute, |attribute, value| attribute.number(8, *value)).number(20, 7),
        };
        node.message(5, &attribute)
    })
}

/// A whole file.
pub(crate) fn model(
    nodes: &[Message],
    constants: &[Message],
    inputs: &[Message],
    output: &Message,
) -> Vec<u8> {
    let graph = nodes.iter().fold(Message::default(), |graph, node| graph.message(1, node)).text(2, "graph");
    let graph = constants.iter().fold(graph, |graph, constant| graph.message(5, constant));
    let graph = inputs.iter().fold(graph, |graph, input| graph.message(11, input)).message(12, output);
    let opset = Message::default().text(1, "").number(2, 13);
    Message::default().number(1, 8).message(7, &graph).message(8, &opset).0
}
