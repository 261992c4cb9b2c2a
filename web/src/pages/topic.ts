/** The page of a topic: the heat table can be sorted. */
import "../components/gs-heat/gs-heat.js";
