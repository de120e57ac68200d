// Keeps the hall's screen current: asks for the scene every five seconds and changes only what differs. Without script
// the page reloads itself.
(() => {
  const hall = document.getElementById("hall");
  if (!hall) return;
  const part = (name) => document.getElementById("hall-" + name);
  let turn = Number(hall.dataset.turn) || 0;
  const write = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const show = (scene) => {
    write(part("sentence"), scene.sentence);
    write(part("huge"), scene.huge);
    part("huge").classList.toggle("long", scene.huge.length > 8);
    const progress = part("progress");
    progress.hidden = scene.of === null;
    if (scene.of !== null) {
      progress.max = scene.of;
      progress.value = scene.done;
    }
    if ([...part("lines").children].map((line) => line.textContent).join("\n") !== scene.lines.join("\n")) {
      part("lines").replaceChildren(
        ...scene.lines.map((text) => {
          const line = document.createElement("p");
          line.textContent = text;
          return line;
        }),
      );
    }
  };
  setInterval(async () => {
    try {
      const answer = await fetch(hall.dataset.now + "?n=" + turn, { cache: "no-store" });
      if (!answer.ok) return;
      show(await answer.json());
      turn += 1;
    } catch {
      // The network is away; the last scene stays on the screen.
    }
  }, 5000);
})();
