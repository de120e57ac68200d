// Copies a text for the group's chat; where the browser does not let a page do so, the text is selected instead.
(() => {
  const button = document.getElementById("copy");
  if (!button) return;
  const text = document.getElementById(button.dataset.from);
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
      button.querySelector("span").textContent = button.dataset.done;
    } catch {
      text.select();
    }
  });
})();
