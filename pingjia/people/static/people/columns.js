// Dragging a column of the file onto one of ours. It only sets the choice that stands there: without this script, or with
// the keyboard alone, the same page works by choosing.
(() => {
  const form = document.getElementById("matching");
  if (!form) return;
  const chips = [...document.querySelectorAll(".chips [data-label]")];
  const choices = [...form.querySelectorAll("select")].filter((one) => one.name !== "category_of_new");
  document.querySelectorAll(".with-script").forEach((hint) => (hint.hidden = false));

  const mark = () => {
    const used = new Set(choices.map((one) => one.value));
    chips.forEach((chip) => chip.classList.toggle("used", used.has(chip.dataset.label)));
  };
  chips.forEach((chip) => {
    chip.draggable = true;
    chip.addEventListener("dragstart", (event) => event.dataTransfer.setData("text/plain", chip.dataset.label));
  });
  choices.forEach((choice) => {
    const target = choice.closest(".field") ?? choice;
    target.addEventListener("dragover", (event) => {
      event.preventDefault();
      target.classList.add("over");
    });
    target.addEventListener("dragleave", () => target.classList.remove("over"));
    target.addEventListener("drop", (event) => {
      event.preventDefault();
      target.classList.remove("over");
      const label = event.dataTransfer.getData("text/plain");
      if (![...choice.options].some((option) => option.value === label)) return;
      // One column is one thing: dropped elsewhere, it leaves where it was.
      choices.forEach((other) => {
        if (other.value === label) other.value = "";
      });
      choice.value = label;
      mark();
      choice.focus();
    });
    choice.addEventListener("change", mark);
  });
  mark();
})();
