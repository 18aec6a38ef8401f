//! Mutations of an input that depend on its form.
//!
//! The fuzzer itself changes single bytes. These changes are larger, and keep an input readable, so
//! that it reaches the code behind the parser.

mod json;
mod lines;
mod text;

use std::collections::BTreeSet;

use fastrand::Rng;

use crate::Target;

/// The form of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A short text.
    Text,
    /// Lines, some of them tables or indented.
    Lines,
    /// A JSON text.
    Json,
    /// Lines, or a JSON text.
    LinesOrJson,
    /// Lines, an empty line, and a JSON text.
    Message,
}

/// The material for the inputs of a target.
#[derive(Debug)]
pub struct Mutator {
    form: Form,
    longest: usize,
    seeds: Vec<String>,
    words: Vec<String>,
}

impl Mutator {
    /// Uses the seeds and words of a target.
    pub fn new(target: &Target) -> Self {
        let seeds = (target.seeds)().into_iter().filter_map(|seed| String::from_utf8(seed).ok());
        let seeds: Vec<String> = seeds.collect();
        let mut words: BTreeSet<String> =
            target.words.iter().map(|&word| word.to_owned()).collect();
        for seed in &seeds {
            json::words(body(target.form, seed), &mut words);
        }
        Self {
            form: target.form,
            longest: target.longest,
            seeds,
            words: words.into_iter().collect(),
        }
    }

    /// Makes some changes to `input`. The same random `bits` give the same changes.
    pub fn changed(&self, input: &[u8], bits: u32) -> Vec<u8> {
        let mut rng = Rng::with_seed(u64::from(bits));
        // Kept inputs drift towards invalid ones, so some inputs start from a seed again.
        let seed = pick(&self.seeds, &mut rng);
        let seed = seed.filter(|_| rng.u8(..4) == 0);
        let given = || String::from_utf8_lossy(input).into_owned();
        let mut input = seed.cloned().unwrap_or_else(given);
        for _ in 0..rng.usize(1..=4) {
            input = self.changed_once(&input, &mut rng);
        }
        let mut end = input.len().min(self.longest);
        while !input.is_char_boundary(end) {
            end -= 1;
        }
        input.truncate(end);
        input.into_bytes()
    }

    fn changed_once(&self, input: &str, rng: &mut Rng) -> String {
        let seed = pick(&self.seeds, rng).map_or("", String::as_str);
        match self.form {
            _ if input.is_empty() => seed.to_owned(),
            Form::Text => text::changed(input, &self.words, rng),
            Form::Lines if rng.u8(..4) == 0 => text::changed(input, &self.words, rng),
            Form::Lines => lines::changed(input, seed, &self.words, rng),
            Form::LinesOrJson if !input.starts_with('{') => {
                lines::changed(input, seed, &self.words, rng)
            }
            Form::Json | Form::LinesOrJson => self.json(input, seed, rng),
            Form::Message => {
                let head = &input[..input.len() - body(Form::Message, input).len()];
                let json = &input[head.len()..];
                let seed_body = body(Form::Message, seed);
                match rng.u8(..4) {
                    0 => lines::changed(head, seed, &self.words, rng) + json,
                    1 => seed[..seed.len() - seed_body.len()].to_owned() + json,
                    _ => head.to_owned() + &self.json(json, seed_body, rng),
                }
            }
        }
    }

    fn json(&self, json: &str, seed: &str, rng: &mut Rng) -> String {
        match rng.u8(..8) {
            0 => text::changed(json, &self.words, rng),
            _ => json::changed(json, seed, &self.words, rng)
                .unwrap_or_else(|| text::changed(json, &self.words, rng)),
        }
    }
}

/// The JSON text of an input.
fn body(form: Form, input: &str) -> &str {
    match form {
        Form::Text | Form::Lines => "",
        Form::Json | Form::LinesOrJson => input,
        Form::Message => input.find("\n\n").map_or("", |at| &input[at + 2..]),
    }
}

fn pick<'a, T>(list: &'a [T], rng: &mut Rng) -> Option<&'a T> {
    (!list.is_empty()).then(|| &list[rng.usize(..list.len())])
}
