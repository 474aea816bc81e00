// Keeps the report of the service up to date: events over a WebSocket, the report itself by fetching this page again.

const find = (id) => document.getElementById(id);
const filters = find('live-filters');
const ranks = { low: 0, medium: 1, high: 2, critical: 3 };
const news = new Set();
let lastEventId;
let shownScanId;
let waitMs = 500;

filters?.addEventListener('input', applyFilters);
filters?.addEventListener('submit', (event) => event.preventDefault());
find('live-scan').addEventListener('click', startScan);
applyFilters();
connect();

function connect() {
  const address = new URL('api/v1/events', document.baseURI);
  address.protocol = address.protocol.replace('http', 'ws');
  if (lastEventId !== undefined) address.searchParams.set('lastEventId', lastEventId);
  const socket = new WebSocket(address);
  socket.addEventListener('message', ({ data }) => receive(JSON.parse(data)));
  socket.addEventListener('close', ({ code }) => {
    if (code === 4401) return location.reload(); // the token has expired: the page asks for another
    say('Connection lost; trying again …');
    setTimeout(connect, waitMs);
    waitMs = Math.min(waitMs * 2, 15_000);
  });
}

const receivers = {
  hello({ running, scanId, resumed }) {
    waitMs = 500;
    if (running === undefined) showIdle('Live');
    else showRunning(running.step);
    const isOld = shownScanId !== undefined && (scanId !== shownScanId || !resumed);
    shownScanId = scanId;
    if (isOld) return refresh();
  },
  'scan.started': () => showRunning(),
  'scan.progress': ({ step }) => showRunning(step),
  'scan.finished': ({ complete }) => showIdle(complete ? 'Scan finished' : 'Scan finished, but not complete'),
  'scan.failed': ({ because }) => showIdle(`Scan failed: ${because}`),
  result({ scanId }) {
    shownScanId = scanId;
    return refresh();
  },
  'finding.new'({ finding }) {
    news.add(finding.id);
    tell(`New: ${nameOf(finding)}. ${finding.why}`);
  },
  'finding.resolved': ({ finding }) => tell(`Resolved: ${nameOf(finding)}.`),
};

function receive(event) {
  if (event.id !== undefined) lastEventId = event.id;
  receivers[event.kind]?.(event);
}

function nameOf({ resource, owner }) {
  const { namespace, claim } = owner;
  return claim === undefined ? `${resource.kind} ${resource.name}` : `${namespace}/${claim}`;
}

function showRunning(step) {
  find('live-scan').disabled = true;
  find('live-progress').hidden = false;
  say(step === undefined ? 'Scan started' : `Scanning: ${step}`);
}

function showIdle(text) {
  find('live-scan').disabled = false;
  find('live-progress').hidden = true;
  say(text);
}

function say(text) {
  find('live-state').textContent = text;
}

/** The newest few, newest first. */
function tell(text) {
  const place = find('live-news');
  if (place === null) return;
  const line = document.createElement('div');
  line.textContent = text;
  place.prepend(line);
  while (place.childElementCount > 3) place.lastElementChild.remove();
}

async function startScan() {
  showRunning();
  const answer = await fetch('api/v1/scans', { method: 'POST' }).catch(() => undefined);
  if (answer?.status === 202) return;
  const problem = await answer?.json().catch(() => undefined);
  if (answer?.status === 409) return say('A scan is running already');
  showIdle(problem?.detail ?? 'The service does not answer');
}

/** Only what stands in <main> changes: filters, focus in the bar and the place on the page stay. */
async function refresh() {
  const answer = await fetch(document.baseURI, { headers: { accept: 'text/html' } }).catch(() => undefined);
  if (answer?.status !== 200) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (filters === null) return location.reload(); // the first result: there was no report to change
  const open = [...document.querySelectorAll('[data-finding]:has(details[open])')].map((each) => each.dataset.finding);
  for (const part of ['main', 'header.top']) {
    const next = page.querySelector(part);
    if (next !== null) document.querySelector(part)?.replaceChildren(...next.childNodes);
  }
  document.title = page.title;
  for (const each of document.querySelectorAll('[data-finding]')) {
    if (open.includes(each.dataset.finding)) each.querySelector('details')?.setAttribute('open', '');
    each.classList.toggle('is-news', news.has(each.dataset.finding));
  }
  applyFilters();
}

function applyFilters() {
  if (filters === null) return;
  const { severity, text } = Object.fromEntries(new FormData(filters));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const least = ranks[severity] ?? 0;
  const rows = [...document.querySelectorAll('[data-finding]')];
  for (const row of rows) {
    const content = row.textContent.toLowerCase();
    row.hidden = ranks[row.dataset.severity] < least || !words.every((word) => content.includes(word));
  }
  for (const group of document.querySelectorAll('.group')) {
    group.hidden = group.querySelector('[data-finding]:not([hidden])') === null;
  }
  const shown = rows.filter((row) => !row.hidden).length;
  const isNarrowed = least > 0 || words.length > 0;
  find('live-count').textContent = isNarrowed ? `${shown} of ${rows.length} findings` : `${rows.length} findings`;
}
