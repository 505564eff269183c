"""What axe finds on a page: by all its rules, and by contrast for each look that a text of the page has.

Axe takes a thousandth of a second for the contrast of one text, and a lesson has thousands of them. But texts
of one colour, size and weight, before the same backgrounds, have one contrast. So one of each look is marked,
and axe looks at that.
"""

from axe_playwright_python.base import AXE_SCRIPT
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

MARK_LOOKS = """
{
  const behind = new Map([[null, ""]]);
  const backgrounds = (node) => {
    if (!behind.has(node)) {
      const style = getComputedStyle(node);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity].join();
      const rest = backgrounds(node.parentElement);
      behind.set(node, own === "rgba(0, 0, 0, 0),none,1" ? rest : `${rest}/${own}`);
    }
    return behind.get(node);
  };
  const written = (node) =>
    node.matches("input, select, textarea") ||
    [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  const seen = new Set();
  for (const node of document.querySelectorAll("body *")) {
    node.removeAttribute("data-look");
    if (!written(node) || !node.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(node);
    const look = [node.localName, color, fontSize, fontWeight, textShadow, backgrounds(node)].join("|");
    if (!seen.has(look)) node.setAttribute("data-look", "");
    seen.add(look);
  }
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
}
"""
AXE = Axe(AXE_SCRIPT + MARK_LOOKS)


def faults(page: Page, *, colours_alone: bool = False) -> list[str]:
    """Return each violation that axe finds, with the element that it finds it in."""
    # From a folder a page may not read its own stylesheet, which axe would do for rules not needed here.
    options = {"resultTypes": ["violations"], "preload": False}
    if colours_alone:
        options["runOnly"] = ["color-contrast"]
    return [
        f"{violation['id']}: {node['html'][:200]}"
        for violation in AXE.run(page, options=options).response["violations"]
        for node in violation["nodes"]
    ]
