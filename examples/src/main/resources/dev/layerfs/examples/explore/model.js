// The image: paths in preorder, and what each layer does to them.

const ADDED = 0, CHANGED = 1, REMOVED = 2, LISTED = 3;

/** Unpacks a part of the page: base64 of zlib of JSON. */
async function unpack(id) {
  const packed = Uint8Array.from(atob($(id).textContent), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return JSON.parse(await new Response(stream).text());
}

class Model {
  constructor(data) {
    this.data = data;
    this.parent = Int32Array.from(data.nodes.parent);
    this.names = data.nodes.name;
    this.count = this.names.length;
    this.events = data.events;
    this.layers = data.layers;
    this.linkShapes();
    this.linkEvents();
  }

  /** Ends of subtrees and depths, from the parents. */
  linkShapes() {
    const { count, parent } = this;
    this.end = new Int32Array(count);
    this.depth = new Int32Array(count);
    for (let i = 1; i < count; i++) this.depth[i] = this.depth[parent[i]] + 1;
    for (let i = count - 1; i >= 0; i--) {
      this.end[i] = Math.max(this.end[i], i + 1);
      if (i > 0) this.end[parent[i]] = Math.max(this.end[parent[i]], this.end[i]);
    }
  }

  /** Where each layer's events begin, and what they add up to. */
  linkEvents() {
    const { layer, kind, bytes, wasted } = this.events;
    this.first = new Int32Array(this.layers.length + 1).fill(layer.length);
    this.sums = this.layers.map(() => ({ added: 0, changed: 0, removed: 0, bytes: 0 }));
    this.contentBytes = 0;
    this.wastedBytes = 0;
    for (let e = layer.length - 1; e >= 0; e--) {
      this.first[layer[e]] = e;
      const sum = this.sums[layer[e]];
      if (kind[e] === ADDED) sum.added++;
      else if (kind[e] === CHANGED) sum.changed++;
      else if (kind[e] === REMOVED) sum.removed++;
      sum.bytes += bytes[e];
      this.contentBytes += bytes[e];
      this.wastedBytes += wasted[e];
    }
    for (let l = this.layers.length - 1; l >= 0; l--) {
      this.first[l] = Math.min(this.first[l], this.first[l + 1]);
    }
  }

  path(node) {
    const names = [];
    for (let i = node; i > 0; i = this.parent[i]) names.push(this.names[i]);
    return '/' + names.reverse().join('/');
  }

  /** Paths in lower case, for searches; made at the first. */
  get searchable() {
    if (!this.lower) {
      this.lower = new Array(this.count).fill('');
      for (let i = 1; i < this.count; i++) {
        this.lower[i] = `${this.lower[this.parent[i]]}/${this.names[i].toLowerCase()}`;
      }
    }
    return this.lower;
  }

  eventsOf(node) {
    const found = [];
    const nodes = this.events.node;
    for (let e = 0; e < nodes.length; e++) if (nodes[e] === node) found.push(e);
    return found;
  }

  /** The image as it is after a layer; -1 stands for the finished image, without marks. */
  view(layer) {
    return new View(this, layer);
  }
}

/** What is to be seen after one layer. */
class View {
  constructor(model, layer) {
    this.model = model;
    this.layer = layer;
    const { count, events, first } = model;
    const upper = layer < 0 ? model.layers.length : layer + 1;
    this.last = new Int32Array(count).fill(-1); // the last event of a path
    this.there = new Int32Array(count).fill(-1); // the last that left something there
    this.mark = new Int8Array(count).fill(-1);
    for (let e = 0; e < first[upper]; e++) {
      const node = events.node[e];
      if (layer >= 0 && events.layer[e] === layer) this.mark[node] = this.marked(node, events.kind[e]);
      this.last[node] = e;
      if (events.kind[e] !== REMOVED) this.there[node] = e;
    }
    this.addUp();
  }

  /** What a layer removes and has again is changed. */
  marked(node, kind) {
    if (kind === LISTED) return this.mark[node];
    return kind === ADDED && this.mark[node] === REMOVED ? CHANGED : kind;
  }

  /** Bytes of content beneath each path. Content with several names counts where it is met first. */
  weigh() {
    const { count, events } = this.model;
    this.sizes = new Float64Array(count);
    const counted = new Set();
    for (let i = 1; i < count; i++) {
      const e = this.there[i];
      if (this.exists(i) && events.type[e] === '-' && !counted.has(events.content[e])) {
        counted.add(events.content[e]);
        this.sizes[i] = events.size[e];
      }
    }
  }

  /** Sizes, changes and largest files of directories. */
  addUp() {
    const { model } = this;
    const { parent, events, count } = model;
    this.weigh();
    this.changes = new Int32Array(count);
    this.origin = new Int32Array(count).fill(-1);
    const largest = new Float64Array(count);
    this.files = 0;
    for (let i = count - 1; i > 0; i--) {
      if (this.exists(i)) {
        const e = this.there[i];
        if (events.type[e] !== 'd') {
          this.files++;
          largest[i] = this.sizes[i];
          this.origin[i] = events.layer[e];
        }
        if (largest[i] > largest[parent[i]] || this.origin[parent[i]] < 0) {
          largest[parent[i]] = largest[i];
          this.origin[parent[i]] = this.origin[i];
        }
        this.sizes[parent[i]] += this.sizes[i];
      }
      this.changes[parent[i]] += this.changes[i] + (this.mark[i] >= 0 ? 1 : 0);
    }
  }

  exists(node) {
    return node === 0 || (this.last[node] >= 0 && this.model.events.kind[this.last[node]] !== REMOVED);
  }

  /** What is there, or was until this layer. */
  shows(node, only) {
    if (only) return this.mark[node] >= 0 || this.changes[node] > 0;
    return this.exists(node) || this.mark[node] === REMOVED;
  }

  /** The bytes of a file, or of all in a directory; undefined for what has none. */
  bytes(node) {
    const e = this.there[node];
    if (!this.exists(node)) return undefined;
    if (this.isDirectory(node)) return this.sizes[node];
    return this.model.events.type[e] === '-' ? this.model.events.size[e] : undefined;
  }

  isDirectory(node) {
    return node === 0 || (this.there[node] >= 0 && this.model.events.type[this.there[node]] === 'd');
  }

  /** The children that exist, with a size, the largest first. */
  childrenBySize(node) {
    const { end } = this.model;
    const children = [];
    for (let i = node + 1; i < end[node]; i = end[i]) {
      if (this.exists(i) && this.sizes[i] > 0) children.push(i);
    }
    return children.sort((a, b) => this.sizes[b] - this.sizes[a]);
  }
}
