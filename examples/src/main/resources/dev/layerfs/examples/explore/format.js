// Words and figures. What comes from an image gets into the page through text() alone, and never as markup.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** Bytes in decimal units, rounded down to one decimal. */
function size(bytes) {
  let unit = 0;
  while (unit < UNITS.length - 1 && bytes >= 1000 ** (unit + 1)) unit++;
  if (unit === 0) return `${bytes} B`;
  return `${(Math.floor(bytes / 1000 ** unit * 10) / 10).toFixed(1)} ${UNITS[unit]}`;
}

function count(n, one, many = `${one}s`) {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

function percent(part, whole) {
  const value = whole > 0 ? 100 * part / whole : 0;
  return value > 0 && value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`;
}

// Control and formatting characters (bidi among them), separators, private use, and lone surrogates: bytes that are not UTF-8.
const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu;

function escapeOdd(c) {
  const code = c.codePointAt(0);
  if (code >= 0xDC80 && code <= 0xDCFF) return '\\' + (code - 0xDC00).toString(8).padStart(3, '0');
  return code < 0x80 ? '\\' + code.toString(8).padStart(3, '0') : `\\u{${code.toString(16)}}`;
}

/** Untrusted text as one harmless line. */
function text(value) {
  return String(value).replace(ODD, escapeOdd);
}

/** Untrusted text of several lines. */
function lines(value) {
  return String(value).replace(/\r\n/g, '\n').split('\n').map(
    line => line.split('\t').map(text).join('\t')).join('\n');
}

const BITS = 'rwxrwxrwx';

function mode(type, bits) {
  const letters = [...BITS].map((letter, i) => bits >> (8 - i) & 1 ? letter : '-');
  const special = [[0o4000, 2, 's'], [0o2000, 5, 's'], [0o1000, 8, 't']];
  for (const [bit, at, letter] of special) {
    if (bits & bit) letters[at] = letters[at] === 'x' ? letter : letter.toUpperCase();
  }
  return type + letters.join('');
}

/** Seconds since the epoch as date and time; a number if there is no such date. */
function time(seconds) {
  const date = new Date(seconds * 1000);
  return isNaN(date) ? `@${seconds}` : date.toISOString().replace('T', ' ').slice(0, 19) + ' UTC';
}

const TYPES = {
  '-': 'file', d: 'directory', l: 'symbolic link', p: 'named pipe', s: 'socket',
  c: 'character device', b: 'block device',
};

/** Makes an element: properties that begin with a capital or have a dash are attributes, strings among the children are text. */
function h(tag, properties, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (name === 'class') element.className = value;
    else if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

const $ = id => document.getElementById(id);

/** Colours of layers: neighbours differ, and so do the first dozen. */
function hue(layer) {
  return (250 + layer * 67) % 360;
}
