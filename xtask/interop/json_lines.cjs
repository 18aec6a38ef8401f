// Answers each line of JSON on stdin with one on stdout.

const readline = require("node:readline");

exports.serve = async (answer) => {
  // What a library prints is not an answer.
  console.log = console.info = console.error;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let said;
    try {
      said = await answer(JSON.parse(line));
    } catch (error) {
      said = { failure: String(error) };
    }
    process.stdout.write(`${JSON.stringify(said)}\n`);
  }
};
