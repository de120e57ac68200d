// Scanning with the camera where the browser can read codes by itself; elsewhere the button never appears, and a hand
// scanner types into the field as a keyboard does. Nothing that the camera sees leaves this page but the text read.
(() => {
  const button = document.getElementById("scan");
  const picture = document.getElementById("scan-picture");
  if (!button || !picture || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const field = document.getElementById(button.dataset.into);
  button.hidden = false;
  const stop = (stream) => {
    stream.getTracks().forEach((track) => track.stop());
    picture.hidden = true;
  };
  button.addEventListener("click", async () => {
    const detector = new BarcodeDetector({ formats: ["qr_code", "code_128", "code_39", "ean_13"] });
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      field.focus(); // no camera, or not allowed: type instead
      return;
    }
    picture.srcObject = stream;
    picture.hidden = false;
    await picture.play();
    const look = async () => {
      const [found] = await detector.detect(picture).catch(() => []);
      if (!found) return requestAnimationFrame(look);
      stop(stream);
      field.value = found.rawValue.trim();
      field.form.requestSubmit();
    };
    requestAnimationFrame(look);
  });
})();
