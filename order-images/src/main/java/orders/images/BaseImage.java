package orders.images;

import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import java.nio.file.Path;

/// What an image is put on: the name of one in a registry, `tar:<file>` for one that is here, or
/// `scratch` for nothing.
record BaseImage(String name) {

    private static final String TAR = "tar:";

    JibContainerBuilder start() throws InvalidImageReferenceException {
        if (name.equals("scratch")) {
            return Jib.fromScratch();
        }
        return name.startsWith(TAR)
                ? Jib.from(TarImage.at(Path.of(name.substring(TAR.length()))))
                : Jib.from(RegistryImage.named(name));
    }
}
