import { render } from "preact";
import { App } from "./App";
import { LiveConnection } from "./lib/connection";
import "./styles.css";

const connection = new LiveConnection();
connection.start();
render(<App connection={connection} />, document.getElementById("app") as HTMLElement);
