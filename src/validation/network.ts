/** Is the address inside `10.8.0.0/24` or `fd00::/64`? False for what is no address or network. */
export function isInNetwork(address: string, network: string): boolean {
  const [base = '', length] = network.split('/');
  const inside = parseAddress(address);
  const outside = parseAddress(base);
  if (inside === undefined || outside === undefined || inside.bits !== outside.bits) return false;
  const prefix = length === undefined ? inside.bits : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > inside.bits) return false;
  const shift = BigInt(inside.bits - prefix);
  return inside.value >> shift === outside.value >> shift;
}

interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

function parseAddress(text: string): Address | undefined {
  return text.includes(':') ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return { bits: 32, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseV6(text: string): Address | undefined {
  const [left = '', right, ...more] = text.split('::');
  const head = groupsOf(left);
  const tail = groupsOf(right ?? '');
  const missing = 8 - head.length - tail.length;
  if (more.length > 0 || (right === undefined ? missing !== 0 : missing < 1)) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return { bits: 128, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
