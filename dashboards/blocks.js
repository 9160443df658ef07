// Shows HTML that Python made and escaped, and opens its links marked data-go without a reload: the address is
// changed as the browser's own back and forward buttons change it, which Streamlit follows. So every view has its
// entry in the history, and with a modifier key a link stays a link. `data.go` is such an address, opened at once.
// Boxes marked data-pick tell which of them are on; they stay on when the HTML changes, until another turn begins.
// A link marked data-point shows the line with that data-event, wherever on the page: blocks do not see each other.
const open = (href) => {
  window.history.pushState({}, "", new URL(href, document.baseURI));
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  window.scrollTo(0, 0);
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
};

export default function ({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".root");
  if (!root) {
    root = document.createElement("div");
    root.className = "root";
    parentElement.appendChild(root);
  }
  if (root.dataset.html !== data.html) {
    root.dataset.html = data.html;
    root.innerHTML = data.html;
    // On a phone the menu is wider than the screen: begin where the reader is.
    for (const nav of root.querySelectorAll("nav")) {
      const on = nav.querySelector("[aria-current]");
      if (on) nav.scrollLeft = on.offsetLeft - nav.offsetLeft - (nav.clientWidth - on.offsetWidth) / 2;
    }
  }
  if (data.turn !== undefined) {
    if (root.dataset.turn !== data.turn) {
      root.dataset.turn = data.turn;
      root.picked = new Set();
    }
    for (const box of root.querySelectorAll("[data-pick]")) box.checked = root.picked.has(box.dataset.pick);
    root.onchange = (event) => {
      const { pick } = event.target.dataset;
      if (!pick) return;
      if (event.target.checked) root.picked.add(pick);
      else root.picked.delete(pick);
      setStateValue("picked", { turn: data.turn, values: [...root.picked] });
    };
  }
  const light = ({ detail }) => {
    for (const line of root.querySelectorAll("[data-event]")) {
      line.classList.toggle("pointed", line.dataset.event.split(" ").includes(detail));
    }
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    root.querySelector(".pointed")?.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "center" });
  };
  window.removeEventListener("ndr-point", root.light);
  root.light = light;
  window.addEventListener("ndr-point", light);
  root.onclick = (event) => {
    const point = event.target.closest("[data-point]");
    if (point) {
      event.preventDefault();
      window.dispatchEvent(new CustomEvent("ndr-point", { detail: point.dataset.point }));
      return;
    }
    const link = event.target.closest("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  };
  if (data.go && root.dataset.gone !== data.go) {
    root.dataset.gone = data.go;
    open(data.go);
  }
  return () => window.removeEventListener("ndr-point", root.light);
}
