// Makes calls with Authing's SDK for Node: one JSON line in, one JSON line out.

const { serve } = require("./json_lines.cjs");
const { ManagementClient } = require("authing-node-sdk");

const camel = (name) => name.replace(/_(.)/g, (_, first) => first.toUpperCase());

serve(async (call) => {
  const client = new ManagementClient({
    accessKeyId: call.key,
    accessKeySecret: call.secret,
    host: call.endpoint,
  });
  const operation = camel(call.operation);
  if (!client[operation]) return { absent: true };
  try {
    const said = await client[operation]({ ...call.parameters, ...call.body });
    if (said.statusCode === 200) return { answer: said };
    return { status: said.statusCode, message: said.message };
  } catch (error) {
    if (!error.response) throw error;
    return { status: error.response.status, message: error.response.data.message };
  }
});
