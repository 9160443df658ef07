// Shows HTML that Python made and escaped, and opens its links marked data-go without a reload: the address is
// changed as the browser's own back and forward buttons change it, which Streamlit follows. So every view has its
// entry in the history, and with a modifier key a link stays a link. `data.go` is such an address, opened at once.
const open = (href) => {
  window.history.pushState({}, "", new URL(href, document.baseURI));
  window.dispatchEvent(new PopStateEvent("popstate", { state: {} }));
  window.scrollTo(0, 0);
  document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
};

export default function ({ data, parentElement }) {
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
  root.onclick = (event) => {
    const link = event.target.closest("a[data-go]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link.getAttribute("href"));
  };
  if (data.go && root.dataset.gone !== data.go) {
    root.dataset.gone = data.go;
    open(data.go);
  }
}
