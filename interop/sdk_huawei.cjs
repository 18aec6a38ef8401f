// Calls operations with Huawei Cloud's SDK for Node.

const { serve } = require("./json_lines.cjs");

const fs = require("node:fs");
const path = require("node:path");
const core = require("@huaweicloud/huaweicloud-sdk-core");
const sdk = require("@huaweicloud/huaweicloud-sdk-functiongraph");

const models = path.join(
  path.dirname(require.resolve("@huaweicloud/huaweicloud-sdk-functiongraph")),
  "v2/model",
);

function client(call) {
  const credentials = new core.BasicCredentials()
    .withAk(call.key)
    .withSk(call.secret)
    .withProjectId(call.parameters.project_id ?? "");
  const builder = sdk.FunctionGraphClient.newBuilder().withCredential(credentials);
  return builder.withEndpoint(call.endpoint).build();
}

const camel = (name) => name.replace(/[_-](.)/g, (_, first) => first.toUpperCase());
const pascal = (name) => camel(`_${name}`);

// The types of a model's members by the names of their setters, as its declaration has them.
function setters(model) {
  const file = path.join(models, `${model}.d.ts`);
  if (!fs.existsSync(file)) return null;
  const declared = fs.readFileSync(file, "utf8").matchAll(/^\s*(with\w+)\(\w+: ([^)]+)\): \w+;$/gm);
  return new Map([...declared].map(([, setter, type]) => [setter, type]));
}

// The value as the SDK's own type of that name; what the type does not know is left out.
function typed(type, value) {
  const items = type.match(/^Array<(.+)>$/);
  if (items && Array.isArray(value)) return value.map((item) => typed(items[1], item));
  const known = setters(type);
  if (!known || typeof value !== "object" || value === null) return value;
  const model = new sdk[type]();
  for (const [name, member] of Object.entries(value)) {
    const setter = `with${pascal(name)}`;
    if (known.has(setter)) model[setter](typed(known.get(setter), member));
  }
  return model;
}

serve(async (call) => {
  const operation = camel(call.operation);
  const own = client(call);
  if (!own[operation]) return { absent: true };
  const request = { ...call.parameters };
  if (call.has_body) request.body = call.body;
  try {
    const said = await own[operation](typed(`${pascal(call.operation)}Request`, request));
    if (Array.isArray(said)) return { answer: [...said] };
    const { httpStatusCode, ...answer } = said;
    return { answer };
  } catch (error) {
    if (!error.httpStatusCode) throw error;
    return { status: error.httpStatusCode, message: error.errorMsg };
  }
});
