// Puts the parts together.

class Tabs {
  constructor(onShow) {
    this.tabs = [...$('tabs').children];
    this.onShow = onShow;
    for (const tab of this.tabs) tab.addEventListener('click', () => this.show(tab));
    $('tabs').addEventListener('keydown', event => this.key(event));
  }

  show(tab) {
    for (const other of this.tabs) {
      const chosen = other === tab;
      other.setAttribute('aria-selected', String(chosen));
      other.tabIndex = chosen ? 0 : -1;
      $(other.getAttribute('aria-controls')).hidden = !chosen;
    }
    this.onShow(tab.getAttribute('aria-controls'));
  }

  key(event) {
    const at = this.tabs.indexOf(document.activeElement);
    const last = this.tabs.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at <= 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    this.tabs[to].focus();
    this.show(this.tabs[to]);
  }
}

async function main() {
  const model = new Model(await unpack('data'));
  const details = new Details(model);
  let view;
  let panel = 'files';
  const select = node => details.show(node, view);
  const files = new Files(model, select);
  const map = new TreeMap(model, select);
  const reveal = node => {
    tabs.show($('tab-files'));
    files.reveal(node);
    files.grid.focus();
  };
  const draw = () => {
    if (panel === 'map') map.show(view);
    else if (panel === 'largest') drawLargest(model, view, reveal);
  };
  const tabs = new Tabs(name => { panel = name; draw(); });
  drawHead(model);
  new Layers(model, layer => {
    view = model.view(layer);
    files.show(view);
    draw();
  });
  drawWasted(model, reveal);
  drawConfig(model);
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !/^(INPUT|TEXTAREA)$/.test(event.target.tagName)) {
      event.preventDefault();
      tabs.show($('tab-files'));
      $('search').focus();
    }
  });
  $('main').setAttribute('aria-busy', 'false');
}

main();
