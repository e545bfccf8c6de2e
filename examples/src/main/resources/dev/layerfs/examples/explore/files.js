// The tree of files: a grid of which only the rows in sight are in the page.

const ROW = 24;
const BEYOND = 8; // rows above and below those in sight
const DEEPEST = 24; // further levels are not indented further
const MARKS = [['+', 'added'], ['~', 'changed'], ['\u2212', 'removed']];

class Files {
  constructor(model, onSelect) {
    this.model = model;
    this.onSelect = onSelect;
    this.grid = $('grid');
    this.body = $('rows');
    this.open = new Uint8Array(model.count);
    this.open[0] = 1;
    this.visible = [];
    this.active = 0;
    this.query = '';
    this.grid.addEventListener('scroll', () => this.draw());
    this.grid.addEventListener('keydown', event => this.key(event));
    new ResizeObserver(() => this.draw()).observe(this.grid);
    $('search').addEventListener('input', () => this.search($('search').value));
    $('search').addEventListener('keydown', event => this.searchKey(event));
    $('only').addEventListener('change', () => this.refresh());
  }

  show(view) {
    this.view = view;
    $('only-label').hidden = view.layer < 0;
    this.refresh();
  }

  get only() {
    return this.view.layer >= 0 && $('only').checked;
  }

  /** Finds out which rows there are; the active one stays what it is if it is still there. */
  refresh() {
    const before = this.visible[this.active];
    this.visible = this.query ? this.matches() : this.expanded();
    const at = this.visible.indexOf(before);
    this.active = Math.max(0, Math.min(at < 0 ? 0 : at, this.visible.length - 1));
    this.body.style.height = `${this.visible.length * ROW}px`;
    this.grid.setAttribute('aria-rowcount', this.visible.length + 1);
    this.tell();
    this.draw();
  }

  expanded() {
    const rows = [];
    const { end, count } = this.model;
    for (let i = 1; i < count;) {
      const shown = this.view.shows(i, this.only);
      if (shown) rows.push(i);
      i = shown && this.open[i] ? i + 1 : end[i];
    }
    return rows;
  }

  matches() {
    const rows = [];
    const paths = this.model.searchable;
    const inPath = this.query.includes('/');
    for (let i = 1; i < paths.length; i++) {
      const from = inPath ? 0 : paths[i].lastIndexOf('/') + 1;
      if (paths[i].indexOf(this.query, from) >= 0 && this.view.shows(i, this.only)) rows.push(i);
    }
    return rows;
  }

  tell() {
    const text = this.query ? count(this.visible.length, 'match', 'matches') : '';
    if ($('found').textContent !== text) $('found').textContent = text;
  }

  search(query) {
    const wasSearching = this.query !== '';
    const node = this.visible[this.active];
    this.query = query.toLowerCase();
    this.grid.scrollTop = 0;
    if (wasSearching && !this.query && node !== undefined) this.reveal(node);
    else this.refresh();
  }

  searchKey(event) {
    if (event.key === 'Escape' && this.query) {
      event.preventDefault();
      $('search').value = '';
      this.search('');
      this.grid.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault();
      this.grid.focus();
      this.activate(0);
    }
  }

  /** Opens the directories that a node is in, and makes it the active row. */
  reveal(node) {
    this.query = '';
    $('search').value = '';
    if (!this.view.shows(node, this.only)) $('only').checked = false;
    for (let i = this.model.parent[node]; i > 0; i = this.model.parent[i]) this.open[i] = 1;
    this.refresh();
    const at = this.visible.indexOf(node);
    if (at >= 0) this.activate(at, true);
  }

  toggle(index, open) {
    const node = this.visible[index];
    if (this.query || !this.isBranch(node) || Boolean(this.open[node]) === open) return;
    this.open[node] = open ? 1 : 0;
    this.active = index;
    this.refresh();
  }

  isBranch(node) {
    return this.model.end[node] > node + 1;
  }

  activate(index, centred = false) {
    if (!this.visible.length) return;
    this.active = Math.max(0, Math.min(index, this.visible.length - 1));
    const top = this.active * ROW;
    const height = this.grid.clientHeight - $('grid-head').offsetHeight;
    if (centred) this.grid.scrollTop = top - height / 2;
    else if (top < this.grid.scrollTop) this.grid.scrollTop = top;
    else if (top + ROW > this.grid.scrollTop + height) this.grid.scrollTop = top + ROW - height;
    this.draw();
    this.onSelect(this.visible[this.active]);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.visible.length) return;
    const page = Math.max(1, Math.floor(this.grid.clientHeight / ROW) - 2);
    const node = this.visible[this.active];
    const isOpen = !this.query && this.open[node] && this.isBranch(node);
    const moves = {
      ArrowDown: () => this.activate(this.active + 1),
      ArrowUp: () => this.activate(this.active - 1),
      PageDown: () => this.activate(this.active + page),
      PageUp: () => this.activate(this.active - page),
      Home: () => this.activate(0),
      End: () => this.activate(this.visible.length - 1),
      ArrowRight: () => isOpen ? this.activate(this.active + 1) : this.toggle(this.active, true),
      ArrowLeft: () => isOpen ? this.toggle(this.active, false) : this.toParent(node),
      Enter: () => this.query ? this.reveal(node) : this.toggle(this.active, !isOpen),
      ' ': () => this.toggle(this.active, !isOpen),
      Escape: () => this.query && this.reveal(node),
    };
    if (!moves[event.key]) return;
    event.preventDefault();
    moves[event.key]();
  }

  toParent(node) {
    const at = this.visible.indexOf(this.model.parent[node]);
    if (at >= 0 && !this.query) this.activate(at);
  }

  draw() {
    if (!this.view) return;
    const from = Math.max(0, Math.floor(this.grid.scrollTop / ROW) - BEYOND);
    const to = Math.min(
      this.visible.length, Math.ceil((this.grid.scrollTop + this.grid.clientHeight) / ROW) + BEYOND);
    const rows = [];
    for (let i = from; i < to; i++) rows.push(this.row(i));
    this.body.replaceChildren(...rows);
    const active = this.active >= from && this.active < to ? `row-${this.active}` : '';
    if (active) this.grid.setAttribute('aria-activedescendant', active);
    else this.grid.removeAttribute('aria-activedescendant');
  }

  row(index) {
    const node = this.visible[index];
    const { events } = this.model;
    const e = this.view.there[node];
    const mark = MARKS[this.view.mark[node]];
    const branch = this.isBranch(node) && !this.query;
    const bytes = this.view.bytes(node);
    const row = h('div', {
      id: `row-${index}`,
      role: 'row',
      class: `row${index === this.active ? ' active' : ''}`,
      'aria-rowindex': index + 2,
      'aria-level': this.query ? 1 : this.model.depth[node],
      'aria-expanded': branch ? String(Boolean(this.open[node])) : undefined,
      'aria-selected': String(index === this.active),
      onclick: event => this.click(event, index),
      ondblclick: () => this.toggle(index, !this.open[node]),
    },
    this.nameCell(node, e, mark, branch),
    h('span', { role: 'gridcell', class: 'c-size' }, bytes === undefined ? '' : size(bytes)),
    h('span', { role: 'gridcell', class: 'c-mode' }, mode(events.type[e], events.mode[e])),
    h('span', { role: 'gridcell', class: 'c-owner' }, `${events.uid[e]}:${events.gid[e]}`),
    h('span', { role: 'gridcell', class: 'c-layer' }, String(events.layer[this.view.last[node]] + 1)));
    row.style.top = `${index * ROW}px`;
    return row;
  }

  nameCell(node, e, mark, branch) {
    const directory = this.view.isDirectory(node);
    const name = this.query ? this.model.path(node) : this.model.names[node];
    const target = this.model.data.links[node];
    const cell = h('span', { role: 'gridcell', class: `c-name ${mark ? mark[1] : ''}` },
      h('span', { class: 'twist', 'aria-hidden': 'true' }, branch ? (this.open[node] ? '\u25BE' : '\u25B8') : ''),
      this.view.layer < 0 ? null : h('span', { class: 'mark', 'aria-hidden': 'true' },
        mark ? mark[0] : this.view.changes[node] ? '\u00B7' : ''),
      h('span', { class: directory ? 'text dir' : 'text' }, text(name) + (directory ? '/' : '')),
      mark ? h('span', { class: 'vh' }, `, ${mark[1]}`) : null,
      target !== undefined && this.model.events.type[e] === 'l'
        ? h('span', { class: 'target' }, ` \u2192 ${text(target)}`) : null);
    cell.style.paddingLeft = `${this.query ? 0 : Math.min(this.model.depth[node] - 1, DEEPEST) * 16}px`;
    return cell;
  }

  click(event, index) {
    if (event.target.classList.contains('twist')) this.toggle(index, !this.open[this.visible[index]]);
    this.activate(index);
  }
}
