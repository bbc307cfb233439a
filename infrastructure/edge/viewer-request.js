// Leads an address to its file in the release shown, for every request that reaches the edge.
//
// CloudFront Functions, JavaScript runtime 2.0: ES 5.1 and a little more; one file, at most 10 KB, no network.
// The same rules in Python: infrastructure/local/edge.py. tests/infrastructure/addresses.json holds both to one table.
import cf from 'cloudfront';

const store = cf.kvs();

// Our addresses are plain ASCII: nothing to decode, no "..", no "//", no "\".
const ADDRESS = /^(\/[A-Za-z0-9][A-Za-z0-9._-]*)*\/?$/;
const FILE = /\.[A-Za-z0-9]+$/;
const INDEX = /\/index\.html$/;
const LANGUAGE = /^\/(en|fr)\//;
const ASSET = /^\/assets\/[^/]+\/.*[^/]$/;
const LIVE = /^\/live\/[A-Za-z0-9][A-Za-z0-9._-]*\.[A-Za-z0-9]+$/;
const NUMBER = /^[0-9]+$/;
const MENTOR = /^\/(?:en|fr)\/mentors\/([^/]+)\/$/;

async function handler(event) {
    const request = event.request;
    const address = request.uri;
    const isAddress = ADDRESS.test(address);

    if (isAddress && INDEX.test(address)) {
        return redirect(address.slice(0, -'index.html'.length), request.querystring);
    }
    if (isAddress && !address.endsWith('/') && !FILE.test(address)) {
        return redirect(address + '/', request.querystring);
    }
    if (LIVE.test(address) || (isAddress && ASSET.test(address))) {
        return request; // beside the releases: the same file whichever of them is shown
    }
    if (!(await store.exists('release'))) {
        return unavailable();
    }
    const shown = await store.get('release');
    const release = '/releases/' + shown;
    const mentor = isAddress && address.match(MENTOR);
    if (!isAddress) {
        // A file that no release holds: the not-found page answers, in this language.
        request.uri = release + languageOf(address) + 'not-found';
    } else if (mentor && (await isHidden('withdrawn:' + mentor[1], shown))) {
        request.uri = release + languageOf(address) + 'gone';
    } else {
        request.uri = release + address + (address.endsWith('/') ? 'index.html' : '');
    }
    return request;
}

// A page that was given again is hidden in the releases of the builds up to the number that stands there: they may hold
// what was withdrawn. A release's name ends in its build's number.
async function isHidden(key, shown) {
    if (!(await store.exists(key))) {
        return false;
    }
    const last = await store.get(key);
    const build = shown.slice(shown.lastIndexOf('-') + 1);
    return !(NUMBER.test(last) && NUMBER.test(build)) || Number(build) <= Number(last);
}

function languageOf(address) {
    const language = address.match(LANGUAGE);
    return language ? '/' + language[1] + '/' : '/';
}

function redirect(path, querystring) {
    return {
        statusCode: 308,
        statusDescription: 'Permanent Redirect',
        headers: {
            location: { value: path + query(querystring) },
            'cache-control': { value: 'public, max-age=3600' },
        },
    };
}

function query(querystring) {
    const pairs = [];
    Object.keys(querystring).forEach((name) => {
        const values = querystring[name].multiValue || [querystring[name]];
        values.forEach((entry) => pairs.push(name + '=' + entry.value));
    });
    return pairs.length ? '?' + pairs.join('&') : '';
}

function unavailable() {
    return {
        statusCode: 503,
        statusDescription: 'Service Unavailable',
        headers: {
            'content-type': { value: 'text/plain; charset=utf-8' },
            'cache-control': { value: 'no-store' },
            'retry-after': { value: '60' },
        },
        body: 'The site is being built. Please come back in a minute.\n'
            + 'Le site est en construction. Veuillez revenir dans une minute.\n',
    };
}
