// Reads {sentences, keys, typed: [[task, text], …]} and writes what the page's judge says to each text.
import { readFileSync } from "node:fs";
import { feedback } from "../../../book/_answers/judge.js";
import { SENTENCES } from "../../../book/_answers/sentences.js";

const { sentences, keys, typed } = JSON.parse(readFileSync(0, "utf8"));
Object.assign(SENTENCES, sentences);
process.stdout.write(JSON.stringify(typed.map(([task, text]) => feedback(keys[task], text).message)));
