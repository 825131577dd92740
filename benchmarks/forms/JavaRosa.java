// JavaRosa as a process that is told by lines of JSON what to do, and answers in milliseconds. It is
// run straight from this source, on the validator that comes with pyxform.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.javarosa.core.model.CoreModelModule;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceFactory;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.PrototypeManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;
import org.opendatakit.validate.FormValidator;

public class JavaRosa {
    interface Work {
        void run() throws Exception;
    }

    /** A file beside the form, by its jr: address. */
    record Beside(Path file, String address) implements Reference {
        public boolean doesBinaryExist() {
            return Files.exists(file);
        }

        public InputStream getStream() throws java.io.IOException {
            return Files.newInputStream(file);
        }

        public String getURI() {
            return address;
        }

        public String getLocalURI() {
            return file.toString();
        }

        public boolean isReadOnly() {
            return true;
        }

        public OutputStream getOutputStream() {
            throw new UnsupportedOperationException();
        }

        public void remove() {
            throw new UnsupportedOperationException();
        }

        public Reference[] probeAlternativeReferences() {
            return new Reference[0];
        }
    }

    /** The device has neither a number nor a user. */
    static class NoProperties implements IPropertyManager {
        public List<String> getProperty(String name) {
            return List.of();
        }

        public void setProperty(String name, String value) {
        }

        public void setProperty(String name, List<String> values) {
        }

        public String getSingularProperty(String name) {
            return "";
        }

        public void addRules(IPropertyRules rules) {
        }

        public List<IPropertyRules> getRules() {
            return List.of();
        }
    }

    static final ObjectMapper JSON = new ObjectMapper();
    static Path folder;
    static byte[] text;
    static byte[] kept;
    static FormDef form;
    static FormEntryModel model;
    static FormEntryController controller;
    static Map<String, FormIndex> byPath = new HashMap<>();
    static FormIndex prompt;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        PrototypeManager.registerPrototypes(CoreModelModule.classNames);
        PrototypeManager.registerPrototypes(FormValidator.SERIALIABLE_CLASSES);
        new XFormsModule().registerModule();
        PropertyManager.setPropertyManager(new NoProperties());
        ReferenceManager.instance().addReferenceFactory(new ReferenceFactory() {
            public boolean derives(String address) {
                return address.startsWith("jr://file");
            }

            public Reference derive(String address) {
                return new Beside(folder.resolve(address.replaceAll(".*/", "")), address);
            }

            public Reference derive(String address, String context) {
                return derive(address);
            }
        });
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            out.println(JSON.writeValueAsString(told(JSON.readTree(line))));
            out.flush();
        }
    }

    static ObjectNode told(JsonNode asked) throws Exception {
        switch (asked.get("do").asText()) {
            case "load": return load(Path.of(asked.get("file").asText()));
            case "open": return open();
            case "answer": return answer(asked.get("answers"));
            case "add": return add(asked.get("path").asText(), asked.get("count").asInt(),
                asked.get("seconds").asDouble());
            case "remove": return took(() -> controller.deleteRepeat(at(rows() - 1)));
            case "choose": return choose(asked);
            default: throw new IllegalArgumentException(asked.toString());
        }
    }

    static ObjectNode load(Path file) throws Exception {
        folder = file.getParent();
        text = Files.readAllBytes(file);
        kept = null;
        ObjectNode said = took(() -> begin(parsed()));
        index();
        return said;
    }

    static FormDef parsed() throws Exception {
        return XFormUtils.getFormFromInputStream(new ByteArrayInputStream(text));
    }

    static void begin(FormDef read) {
        form = read;
        form.initialize(true, new InstanceInitializationFactory());
        model = new FormEntryModel(form);
        controller = new FormEntryController(model);
    }

    /** A form holds its response: what was read before is kept as bytes, as ODK Collect does. */
    static ObjectNode open() throws Exception {
        if (kept == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            parsed().writeExternal(new DataOutputStream(bytes));
            kept = bytes.toByteArray();
        }
        ObjectNode said = took(() -> {
            FormDef read = new FormDef();
            read.readExternal(new DataInputStream(new ByteArrayInputStream(kept)),
                PrototypeManager.getDefault());
            begin(read);
        });
        index();
        return said;
    }

    /** Where each question stands; paths below the root, as Kipu writes them. */
    static void index() {
        byPath.clear();
        prompt = null;
        FormIndex at = model.incrementIndex(FormIndex.createBeginningOfFormIndex());
        for (; !at.isEndOfFormIndex(); at = model.incrementIndex(at)) {
            int event = model.getEvent(at);
            if (event == FormEntryController.EVENT_QUESTION) {
                byPath.put(at.getReference().toString(false).replaceFirst("^/[^/]+", ""), at);
            } else if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && prompt == null) {
                prompt = at;
            }
        }
    }

    static ObjectNode answer(JsonNode answers) throws Exception {
        ObjectNode said = JSON.createObjectNode();
        ArrayNode times = said.putArray("ms");
        int skipped = 0;
        for (JsonNode one : answers) {
            FormIndex at = byPath.get(one.get(0).asText());
            if (at != null && model.isIndexRelevant(at) && !model.isIndexReadonly(at)) {
                times.add(took(() -> put(at, one.get(1).asText())).get("ms").get(0));
            } else {
                skipped++;
            }
        }
        return said.put("skipped", skipped);
    }

    static void put(FormIndex at, String value) {
        FormEntryPrompt asked = model.getQuestionPrompt(at);
        controller.answerQuestion(at, AnswerDataFactory.template(asked.getControlType(),
            asked.getDataType()).cast(new UncastData(value)), true);
    }

    static int rows() {
        String name = prompt.getReference().getNameLast();
        return form.getMainInstance().getRoot().getChildrenWithName(name).stream()
            .filter(one -> one.getMult() >= 0).toList().size();
    }

    /** The place of a row of the first repeat, which stands at the top of the form. */
    static FormIndex at(int row) {
        TreeReference reference = prompt.getReference().clone();
        reference.setMultiplicity(reference.size() - 1, row);
        return new FormIndex(prompt.getLocalIndex(), row, reference);
    }

    static ObjectNode add(String path, int count, double seconds) throws Exception {
        ObjectNode said = JSON.createObjectNode();
        ArrayNode times = said.putArray("ms");
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (rows() < count && System.nanoTime() < end) {
            FormIndex next = at(rows());
            times.add(took(() -> controller.newRepeat(next)).get("ms").get(0));
        }
        return said.put("rows", rows());
    }

    static ObjectNode choose(JsonNode asked) throws Exception {
        int[] count = {0};
        FormIndex on = byPath.get(asked.get("on").asText());
        FormIndex at = byPath.get(asked.get("path").asText());
        return took(() -> {
            put(on, asked.get("value").asText());
            count[0] = model.getQuestionPrompt(at).getSelectChoices().size();
        }).put("count", count[0]);
    }

    static ObjectNode took(Work work) throws Exception {
        long start = System.nanoTime();
        work.run();
        double ms = (System.nanoTime() - start) / 1e6;
        ObjectNode said = JSON.createObjectNode();
        said.putArray("ms").add(ms);
        return said;
    }
}
