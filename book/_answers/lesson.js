// Says below a lesson how many of its exercises are solved.
import { addPanel, pageData } from "./panel.js";

const lesson = pageData();
if (lesson) addPanel(lesson.records, lesson.exercises);
