(() => {
  "use strict";
  // What is drawn opens what is listed, and closes nothing that the reader has opened.
  function open(id) {
    const details = document.getElementById(id);
    if (!details || details.tagName !== "DETAILS") return false;
    details.open = true;
    details.scrollIntoView({ block: "center" });
    details.querySelector("summary").focus();
    return true;
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    if (link && open(link.dataset.open)) event.preventDefault();
  });
  if (location.hash) open(location.hash.slice(1));
})();
