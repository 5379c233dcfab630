"""Which labels of the picture lie on each other, or leave it: measured as boxes of their letters on the screen."""

from playwright.sync_api import Page

MEASURE = """
() => {
  const frame = document.querySelector('#picture').getBoundingClientRect();
  const clipped = (box, by) => ({
    left: Math.max(box.left, by.left), right: Math.min(box.right, by.right),
    top: Math.max(box.top, by.top), bottom: Math.min(box.bottom, by.bottom),
  });
  const letters = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
    if (!boxes.length) return null;
    const all = boxes.reduce((a, b) => ({
      left: Math.min(a.left, b.left), right: Math.max(a.right, b.right),
      top: Math.min(a.top, b.top), bottom: Math.max(a.bottom, b.bottom),
    }));
    return getComputedStyle(element).overflowX === 'visible' ? all : clipped(all, element.getBoundingClientRect());
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const labels = [];
  for (const element of document.querySelectorAll('.picture .words > span:not(.squares)')) {
    const box = seen(element) ? letters(element) : null;
    const { parentElement: block } = element;
    const home = block.matches('.service, .pod, .island') ? block.getBoundingClientRect() : null;
    if (box) labels.push({ text: element.textContent, owner: block.dataset.of, box, home });
  }
  const card = document.querySelector('.picture .card');
  const letter = card && !card.hidden && seen(card) ? card.firstElementChild?.getBoundingClientRect() : null;
  if (letter?.width) labels.push({ text: 'the envelope', owner: 'envelope', box: letter });
  // Lines may share a pixel of leading: what counts is ink on ink.
  const gap = { x: 1, y: 2.5 };
  const meet = (a, b) =>
    a.left + gap.x < b.right && b.left + gap.x < a.right && a.top + gap.y < b.bottom && b.top + gap.y < a.bottom;
  const wrong = [];
  labels.forEach((a, i) => labels.slice(i + 1).forEach((b) => {
    if (meet(a.box, b.box)) wrong.push(`"${a.text}" (${a.owner}) lies on "${b.text}" (${b.owner})`);
  }));
  for (const { text, owner, box, home } of labels) {
    if (home && (box.top < home.top - 2 || box.bottom > home.bottom + 2)) wrong.push(`"${text}" is higher than ${owner}`);
    const out = box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    if (out) wrong.push(`"${text}" (${owner}) leaves the picture`);
  }
  return { count: labels.length, wrong };
}
"""


def misplaced(page: Page) -> list[str]:
    """What is wrong, in words."""
    found = page.evaluate(MEASURE)
    assert found["count"] > 0, "there are no labels at all"
    wrong: list[str] = found["wrong"]
    return wrong
