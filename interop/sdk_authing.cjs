// Calls operations with Authing's SDK for Node.

const { serve } = require("./json_lines.cjs");

const fs = require("node:fs");
const path = require("node:path");
const { ManagementClient } = require("authing-node-sdk");

const sdk = path.dirname(require.resolve("authing-node-sdk"));

const camel = (name) => name.replace(/_(.)/g, (_, first) => first.toUpperCase());

// A declaration of the SDK; empty if there is none.
function declaration(name) {
  const file = path.join(sdk, `${name}.d.ts`);
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

// The value as the SDK's own type of that name; what the type does not know is left out.
function typed(type, value) {
  const items = type.match(/^Array<(.+)>$/);
  if (items && Array.isArray(value)) return value.map((item) => typed(items[1], item));
  const members = [...declaration(`models/${type}`).matchAll(/^ {4}(\w+)\??: (.+);$/gm)];
  if (members.length === 0 || typeof value !== "object" || value === null) return value;
  const known = members.filter(([, name]) => name in value);
  return Object.fromEntries(known.map(([, name, member]) => [name, typed(member, value[name])]));
}

serve(async (call) => {
  const client = new ManagementClient({
    accessKeyId: call.key,
    accessKeySecret: call.secret,
    host: call.endpoint,
  });
  const operation = camel(call.operation);
  if (!client[operation]) return { absent: true };
  const body = new RegExp(`^ {4}${operation}\\(\\w+: (\\w+)\\)`, "m");
  const type = declaration("ManagementClient").match(body)?.[1] ?? "";
  try {
    const said = await client[operation](typed(type, { ...call.parameters, ...call.body }));
    if (said.statusCode === 200) return { answer: said };
    return { status: said.statusCode, message: said.message };
  } catch (error) {
    if (!error.response) throw error;
    return { status: error.response.status, message: error.response.data.message };
  }
});
