// The map of sizes: squarified rectangles (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000), one directory and what is in its
// directories at a time.

const MOST_TILES = 150;
const MOST_INNER = 40;
const LABEL = 20; // height of a tile's label

/**
 * Lays out sizes, the largest first, in a rectangle of the same area.
 * Returns a rectangle for each.
 */
function squarify(sizes, rectangle) {
  const total = sizes.reduce((sum, value) => sum + value, 0);
  const scale = total > 0 ? rectangle.w * rectangle.h / total : 0;
  const placed = [];
  let { x, y, w, h: height } = rectangle;
  for (let at = 0; at < sizes.length;) {
    const side = Math.min(w, height);
    let area = 0;
    let best = Infinity;
    let to = at;
    while (to < sizes.length) {
      const next = area + sizes[to] * scale;
      const ratio = worst(sizes[at] * scale, sizes[to] * scale, next, side);
      if (ratio > best) break;
      best = ratio;
      area = next;
      to++;
    }
    const thick = side > 0 ? area / side : 0;
    for (let offset = 0; at < to; at++) {
      const long = thick > 0 ? sizes[at] * scale / thick : 0;
      placed.push(w >= height
        ? { x, y: y + offset, w: thick, h: long }
        : { x: x + offset, y, w: long, h: thick });
      offset += long;
    }
    if (w >= height) { x += thick; w -= thick; } else { y += thick; height -= thick; }
  }
  return placed;
}

function worst(largest, smallest, area, side) {
  return Math.max(side * side * largest / (area * area), area * area / (side * side * smallest));
}

class TreeMap {
  constructor(model, onSelect) {
    this.model = model;
    this.onSelect = onSelect;
    this.directory = 0;
    this.area = $('map-area');
    new ResizeObserver(() => this.draw()).observe(this.area);
  }

  show(view) {
    this.view = view;
    while (this.directory > 0 && !view.exists(this.directory)) this.directory = this.model.parent[this.directory];
    this.draw();
  }

  enter(directory, focus) {
    this.directory = directory;
    this.draw();
    if (focus) (this.area.querySelector('button') ?? $('crumbs').querySelector('button'))?.focus();
  }

  draw() {
    const { clientWidth: w, clientHeight: height } = this.area;
    if (!this.view || w === 0) return;
    this.drawCrumbs();
    const children = this.view.childrenBySize(this.directory).slice(0, MOST_TILES);
    if (!children.length) {
      this.area.replaceChildren(h('p', { class: 'muted' }, 'Nothing here takes any space.'));
      return;
    }
    const places = squarify(children.map(i => this.view.sizes[i]), { x: 0, y: 0, w, h: height });
    this.area.replaceChildren(...children.map((node, i) => this.tile(node, places[i])));
  }

  drawCrumbs() {
    const way = [];
    for (let i = this.directory; i > 0; i = this.model.parent[i]) way.unshift(i);
    way.unshift(0);
    const parts = way.flatMap((node, i) => {
      const name = node === 0 ? '/' : text(this.model.names[node]);
      const part = i === way.length - 1
        ? h('span', { 'aria-current': 'page' }, `${name}  ${size(this.view.sizes[node])}`)
        : h('button', { type: 'button', onclick: () => this.enter(node, true) }, name);
      return i > 1 ? [h('span', { class: 'muted', 'aria-hidden': 'true' }, '/'), part] : [part];
    });
    $('crumbs').replaceChildren(...parts);
  }

  tile(node, place) {
    const directory = this.view.isDirectory(node);
    const name = text(this.model.names[node]) + (directory ? '/' : '');
    const bytes = size(this.view.sizes[node]);
    const tile = h('button', {
      type: 'button',
      class: 'tile',
      title: `${name}  ${bytes}`,
      'aria-label': `${name}, ${bytes}`,
      onclick: () => { this.onSelect(node); if (directory) this.enter(node, true); },
    });
    setPlace(tile, place);
    tile.style.setProperty('--hue', hue(this.view.origin[node]));
    if (directory && place.w > 40 && place.h > LABEL + 24) tile.append(...this.inner(node, place));
    if (place.w > 34 && place.h > LABEL - 2) {
      tile.append(h('span', { class: 'label' }, name, ' ', h('span', { class: 'muted' }, place.w > 90 ? bytes : '')));
    }
    return tile;
  }

  /** What is in a directory, as decoration. */
  inner(node, place) {
    const children = this.view.childrenBySize(node).slice(0, MOST_INNER);
    const inside = { x: 4, y: LABEL, w: place.w - 10, h: place.h - LABEL - 6 };
    const places = squarify(children.map(i => this.view.sizes[i]), inside);
    return children.map((child, i) => {
      const part = h('span', { class: 'inner', 'aria-hidden': 'true' });
      setPlace(part, places[i]);
      part.style.setProperty('--hue', hue(this.view.origin[child]));
      if (places[i].w > 44 && places[i].h > LABEL - 2) part.textContent = text(this.model.names[child]);
      return part;
    });
  }
}

function setPlace(element, place) {
  element.style.left = `${place.x}px`;
  element.style.top = `${place.y}px`;
  element.style.width = `${Math.max(0, place.w)}px`;
  element.style.height = `${Math.max(0, place.h)}px`;
}
