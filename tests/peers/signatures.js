// The providers' own libraries for the tests: `node signatures.js`. Each line of standard input is a question,
// {by, does: "sign" | "check", token, url, form, signature}, and each line of output its answer.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const twilio = require('twilio');
const { RestClient } = require('@signalwire/compatibility-api');
// The half that signs is in no list of exports.
const signalwire = require('./node_modules/@signalwire/compatibility-api/lib/webhooks/webhooks.js');
const libraries = {
  twilio: { sign: twilio.getExpectedTwilioSignature, check: twilio.validateRequest },
  signalwire: { sign: signalwire.getExpectedTwilioSignature, check: RestClient.validateRequest },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { by, does, token, url, form, signature } = JSON.parse(line);
  // As a web framework reads a form: what comes twice is a list.
  const fields = {};
  for (const [name, value] of form) {
    if (Object.hasOwn(fields, name)) fields[name] = [fields[name], value].flat();
    else fields[name] = value;
  }
  const library = libraries[by];
  console.log(JSON.stringify(does === 'sign' ? library.sign(token, url, fields) : library.check(token, signature, url, fields)));
}
