// Ctrl+Enter (or Cmd+Enter) asks. The form works without this script.
const query = document.querySelector("#query");

query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    query.form.requestSubmit();
  }
});
