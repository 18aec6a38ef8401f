// Answers each line of JSON on stdin with one on stdout. Load it before anything that logs.

const readline = require("node:readline");

const write = process.stdout.write.bind(process.stdout);
// What a library prints is not an answer.
process.stdout.write = process.stderr.write.bind(process.stderr);

exports.serve = async (call) => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const answer = await call(JSON.parse(line)).catch((error) => ({ failure: String(error) }));
    write(`${JSON.stringify(answer)}\n`);
  }
};
