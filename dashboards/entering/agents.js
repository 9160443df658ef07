// Keeps the agent's name in this tab of the browser and gives it back after a reload. A browser that refuses to keep
// anything only asks again.
const KEY = "ndr-agent";

export default function ({ data, setStateValue }) {
  try {
    if (data.forget) sessionStorage.removeItem(KEY);
    else if (data.name) sessionStorage.setItem(KEY, data.name);
    else if (sessionStorage.getItem(KEY)) setStateValue("name", sessionStorage.getItem(KEY));
  } catch {
    return;
  }
}
