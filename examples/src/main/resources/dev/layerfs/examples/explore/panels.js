// What is beside the files: the heading, the layers, the tables, the config, the details of one file.

const MOST_ROWS = 200;

function drawHead(model) {
  const { image, name } = model.data;
  document.title = `${text(name)} \u2013 layerfs explore`;
  $('name').textContent = text(name);
  const created = image.created === undefined ? '' : ` \u00B7 ${time(Number(image.created) / 1e9)}`;
  $('digest').textContent = text(`${image.platform}${created} \u00B7 ${image.digest}`);
  const figure = (title, value) => h('div', {}, h('dt', {}, title), h('dd', {}, value));
  $('figures').append(
    figure('Content', size(model.contentBytes)),
    figure('Compressed', size(image.blobBytes)),
    figure('Files', model.view(-1).files.toLocaleString('en')),
    figure('Wasted', `${size(model.wastedBytes)} \u00B7 ${percent(model.wastedBytes, model.contentBytes)}`));
}

/** The list of layers, of which one is chosen; the finished image is the first choice. */
class Layers {
  constructor(model, onChoose) {
    this.model = model;
    this.onChoose = onChoose;
    this.list = $('layer-list');
    const largest = Math.max(1, ...model.sums.map(sum => sum.bytes));
    this.options = [this.whole(), ...model.layers.map((layer, i) => this.option(layer, i, largest))];
    this.list.append(...this.options);
    this.list.addEventListener('keydown', event => this.key(event));
    this.choose(0);
  }

  whole() {
    return h('div', { id: 'layer-0', role: 'option', class: 'layer', onclick: () => this.choose(0) },
      h('span', { class: 'number' }, ''),
      h('span', { class: 'command' }, 'Finished image'),
      h('span', { class: 'size' }, size(this.model.contentBytes - this.model.wastedBytes)));
  }

  option(layer, i, largest) {
    const sum = this.model.sums[i];
    const bar = h('i');
    bar.style.width = `${100 * sum.bytes / largest}%`;
    const option = h('div', {
      id: `layer-${i + 1}`, role: 'option', class: 'layer swatch',
      title: text(layer.command), onclick: () => this.choose(i + 1),
    },
    h('span', { class: 'number' }, String(i + 1)),
    h('span', { class: 'command' }, shortened(layer.command) || layer.diffId.slice(7, 19)),
    h('span', { class: 'size' }, size(sum.bytes)),
    h('span', { class: 'counts' },
      tally('plus', '+', sum.added, 'added'),
      tally('tilde', '~', sum.changed, 'changed'),
      tally('minus', '\u2212', sum.removed, 'removed')),
    h('span', { class: 'bar', 'aria-hidden': 'true' }, bar));
    option.style.setProperty('--hue', hue(i));
    return option;
  }

  choose(index) {
    this.options.forEach((option, i) => option.setAttribute('aria-selected', String(i === index)));
    this.list.setAttribute('aria-activedescendant', `layer-${index}`);
    this.options[index].scrollIntoView({ block: 'nearest' });
    if (this.chosen !== index) {
      this.chosen = index;
      this.onChoose(index - 1);
    }
  }

  key(event) {
    const last = this.options.length - 1;
    const to = {
      ArrowDown: Math.min(last, this.chosen + 1), ArrowUp: Math.max(0, this.chosen - 1), Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
  }
}

function tally(kind, sign, n, word) {
  return n === 0 ? null : h('span', {},
    h('span', { class: kind, 'aria-hidden': 'true' }, sign), n.toLocaleString('en'), h('span', { class: 'vh' }, ` ${word} `));
}

/** A command without the shell that builders put before it. */
function shortened(command) {
  return text(command.replace(/^(RUN )?\/bin\/sh -c (#\(nop\)\s*)?/, '').replace(/\s+/g, ' ').trim()).slice(0, 400);
}

function table(headings, rows) {
  return h('table', {},
    h('thead', {}, h('tr', {}, ...headings.map(([name, kind]) => h('th', { class: kind ?? '', scope: 'col' }, name)))),
    h('tbody', {}, ...rows.map(cells => h('tr', {}, ...cells.map((cell, i) => h('td', { class: headings[i][1] ?? '' }, cell))))));
}

function link(model, node, onSelect) {
  return h('button', { type: 'button', onclick: () => onSelect(node) }, text(model.path(node)));
}

function drawLargest(model, view, onSelect) {
  const files = [];
  for (let i = 1; i < model.count; i++) {
    if (view.exists(i) && !view.isDirectory(i) && view.sizes[i] > 0) files.push(i);
  }
  files.sort((a, b) => view.sizes[b] - view.sizes[a]);
  const { events } = model;
  $('largest').replaceChildren(
    h('p', { class: 'muted' }, `The largest of ${count(files.length, 'file')} with content.`),
    table([['Size', 'n'], ['Path', 'path'], ['Layer', 'n']], files.slice(0, MOST_ROWS).map(node => [
      size(view.sizes[node]), link(model, node, onSelect), String(events.layer[view.there[node]] + 1)])));
}

function drawWasted(model, onSelect) {
  const { events } = model;
  const before = new Int32Array(model.count).fill(-1);
  const rows = [];
  for (let e = 0; e < events.node.length; e++) {
    const node = events.node[e];
    if (events.wasted[e] > 0) rows.push({ node, e, from: before[node] });
    before[node] = events.layer[e];
  }
  rows.sort((a, b) => events.wasted[b.e] - events.wasted[a.e]);
  $('wasted').replaceChildren(
    h('p', {}, `${size(model.wastedBytes)} in ${count(rows.length, 'file')}, ${percent(model.wastedBytes, model.contentBytes)} of what the layers hold.`),
    h('p', { class: 'muted' }, 'Content that no path of the finished image leads to, since a later layer has replaced or removed it.'),
    rows.length === 0 ? '' : table(
      [['Wasted', 'n'], ['Path', 'path'], ['Of layer', 'n'], ['Hidden by', 'n'], ['How']],
      rows.slice(0, MOST_ROWS).map(({ node, e, from }) => [
        size(events.wasted[e]), link(model, node, onSelect), from < 0 ? '' : String(from + 1),
        String(events.layer[e] + 1), events.kind[e] === REMOVED ? 'removed' : 'replaced'])));
}

function drawConfig(model) {
  const config = model.data.config.config ?? {};
  const command = list => Array.isArray(list) && list.length ? JSON.stringify(list) : undefined;
  const keys = object => object && Object.keys(object).length ? Object.keys(object).join(' ') : undefined;
  const facts = {
    Entrypoint: command(config.Entrypoint), Cmd: command(config.Cmd), 'Working directory': config.WorkingDir || undefined,
    User: config.User || undefined, Ports: keys(config.ExposedPorts), Volumes: keys(config.Volumes),
  };
  const rows = Object.entries(facts).filter(([, value]) => value !== undefined);
  $('config').replaceChildren(
    factList(rows),
    ...section('Environment', (config.Env ?? []).map(text).join('\n')),
    ...section('Labels', Object.entries(config.Labels ?? {}).map(([k, v]) => text(`${k}=${v}`)).join('\n')),
    h('h3', {}, 'History'),
    table([['Size', 'n'], ['Created by', 'path']], model.data.steps.map(step => [
      step.emptyLayer ? '' : size(step.contentBytes), text(step.createdBy ?? '')])),
    ...section('Document', lines(JSON.stringify(model.data.config, null, 2))));
}

function factList(rows) {
  return h('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, text(value))]));
}

function section(title, content) {
  return content ? [h('h3', {}, title), h('pre', { class: 'wrap' }, content)] : [];
}

/** What is known of one path. */
class Details {
  constructor(model) {
    this.model = model;
  }

  async show(node, view) {
    this.node = node;
    const { model } = this;
    const { events } = model;
    const e = view.there[node] >= 0 ? view.there[node] : model.eventsOf(node)[0];
    const rows = [];
    if (e !== undefined) {
      rows.push(['Type', TYPES[events.type[e]] ?? ''], ['Mode', mode(events.type[e], events.mode[e])],
        ['Owner', `${events.uid[e]}:${events.gid[e]}`]);
      const bytes = view.exists(node) ? view.bytes(node) : events.size[e];
      if (bytes !== undefined) rows.push(['Size', `${size(bytes)}${bytes >= 1000 ? ` (${bytes.toLocaleString('en')} bytes)` : ''}`]);
      if (events.mtime[e]) rows.push(['Modified', time(events.mtime[e])]);
      if (model.data.links[node] !== undefined) rows.push(['Target', model.data.links[node]]);
    }
    const preview = h('div');
    $('details-body').replaceChildren(
      h('p', { class: 'path mono' }, text(model.path(node))),
      factList(rows), h('h3', {}, 'In the layers'), this.history(node), preview);
    await this.preview(node, view, preview);
  }

  history(node) {
    const { events } = this.model;
    const words = ['added', 'changed', 'removed', 'listed'];
    return h('ol', { class: 'events' }, ...this.model.eventsOf(node).map(e => h('li', {},
      h('span', { class: words[events.kind[e]] }, `Layer ${events.layer[e] + 1}: ${words[events.kind[e]]}`),
      events.kind[e] !== REMOVED && events.type[e] === '-' ? `, ${size(events.size[e])}` : '',
      events.wasted[e] > 0 ? h('span', { class: 'muted' }, `, wastes ${size(events.wasted[e])}`) : '')));
  }

  /** The file of the finished image, if it has a text here; the texts are unpacked when one is first asked for. */
  async preview(node, view, target) {
    const e = view.there[node];
    if (e < 0 || this.model.events.type[e] !== '-') return;
    this.texts ??= unpack('previews');
    const content = (await this.texts)[node];
    if (this.node !== node) return;
    const last = this.model.eventsOf(node).at(-1);
    target.replaceChildren(h('h3', {}, 'Content'));
    if (content === undefined) {
      target.append(h('p', { class: 'muted' }, this.why(node, last)));
      return;
    }
    const whole = this.model.events.size[last] <= new TextEncoder().encode(content).length;
    if (last !== e) target.append(h('p', { class: 'muted' }, 'As in the finished image.'));
    target.append(h('pre', { tabindex: '0', 'aria-label': 'Content' }, lines(content)));
    if (!whole) target.append(h('p', { class: 'muted' }, 'This is its beginning.'));
  }

  why(node, last) {
    if (this.model.events.kind[last] === REMOVED) return 'The finished image does not have it.';
    return this.model.events.size[last] === 0 ? 'Empty.' : 'No text, or no room for it in this page.';
  }
}
