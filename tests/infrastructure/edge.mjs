// Runs infrastructure/edge/viewer-request.js as it is, with a key-value store from the test in CloudFront's place.
// Reads {"source", "keys": {...}, "addresses": [...]} on stdin, writes what the function returns for each address.
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const asked = JSON.parse(readFileSync(0, 'utf8'));
const source = readFileSync(asked.source, 'utf8').replace("import cf from 'cloudfront';", '');
const cf = {
    kvs: () => ({
        exists: async (key) => key in asked.keys,
        get: async (key) => {
            if (!(key in asked.keys)) throw new Error(`KeyNotFound: ${key}`);
            return asked.keys[key];
        },
    }),
};
const handler = vm.runInNewContext(`${source}\nhandler;`, { cf }, { filename: asked.source });

// CloudFront hands the address over as it was sent, and the query taken apart.
function eventFor(address) {
    const [uri, query] = address.split(/\?(.*)/s);
    const querystring = {};
    for (const pair of query ? query.split('&') : []) {
        const [name, value = ''] = pair.split(/=(.*)/s);
        if (!querystring[name]) {
            querystring[name] = { value };
        } else {
            const known = querystring[name];
            known.multiValue = [...(known.multiValue ?? [{ value: known.value }]), { value }];
        }
    }
    return { version: '1.0', context: { eventType: 'viewer-request' }, request: { method: 'GET', uri, querystring } };
}

const answers = [];
for (const address of asked.addresses) answers.push(await handler(eventFor(address)));
process.stdout.write(JSON.stringify(answers));
