// Answers each line of JSON on stdin with one on stdout. To be loaded before anything that logs.

const readline = require("node:readline");

const write = process.stdout.write.bind(process.stdout);
// What a library prints is not an answer.
process.stdout.write = process.stderr.write.bind(process.stderr);

exports.serve = async (answer) => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let said;
    try {
      said = await answer(JSON.parse(line));
    } catch (error) {
      said = { failure: String(error) };
    }
    write(`${JSON.stringify(said)}\n`);
  }
};
