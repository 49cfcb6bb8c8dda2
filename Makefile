# Every verb of this project. A JDK 25 is all it needs: `.mvn/find-jdk` looks for one.

MAKEFLAGS += --no-print-directory
STARTED := $(shell date +%s)
JAVA = "$$(./.mvn/find-jdk)/bin/java"
SOURCES := $(shell find pom.xml order-*/pom.xml order-*/src/main -type f)
COMPILED := $(filter pom.xml order-events-model/% order-http/% order-command/% order-query/%,$(SOURCES))

FILE ?= samples/online-retail-500.ndjson
N ?= 16
NATIVE ?= order-command order-query
EXECUTABLES = $(foreach each,$(NATIVE),$(each)/target/$(each)-runner)
TESTS ?= orders.acceptance.*Test,orders.acceptance.replay.*Test
BENCH = exec $(JAVA) -Xmx512m --sun-misc-unsafe-memory-access=allow -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -cp "order-bench/target/classes:order-bench/target/lib/*" \
  $(if $(FORM),-Dform=$(FORM)) orders.bench.Bench $(if $(QUICK),quick)
COMMAND_PORT ?= 8080
QUERY_PORT ?= 8081
DATA ?= .data
export COMMAND_PORT QUERY_PORT DATA

.PHONY: help run test test-faults test-keycloak test-native native images release check-k8s test-k8s replay bench-command bench-query image-app format clean clean-data

help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: target/packaged ## Start the whole system on embedded servers; AUTH=keycloak: a Keycloak too; Ctrl-C stops it
	@START_EPOCH_MS=$(STARTED)000 exec $(JAVA) -Xmx64m -XX:+UseSerialGC -cp "order-devstack/target/classes:order-devstack/target/lib/*" orders.devstack.Launcher

test: ## Build everything and pass all tests
	./mvnw --batch-mode --no-transfer-progress verify

test-faults: ## Break both services for long and often: an hour or more; QUICK=1 breaks each thing once or twice
	./mvnw --batch-mode --no-transfer-progress verify -pl order-acceptance -am -DexcludedGroups= \
	  -Dtest='CommandCrashTest,CommandFaultsTest,QueryFaultsTest,ClickHouseFaultsTest,LargeOrdersTest' -Dsurefire.failIfNoSpecifiedTests=false \
	  $(if $(QUICK),,-Dfaults=full -Dtest.heap=3g)

test-keycloak: ## Start a real Keycloak, which is downloaded, and get tokens of its users
	./mvnw --batch-mode --no-transfer-progress verify -pl order-devstack -am -DexcludedGroups= \
	  -Dtest='KeycloakServerTest' -Dsurefire.failIfNoSpecifiedTests=false

images: IMAGE_OPTIONS = -Psbom
images: image-app ## Write container images and their SBOMs to target/images, without a container engine: BASE_JVM=... BASE_NATIVE=...
	@exec $(JAVA) -cp "order-images/target/classes:order-images/target/lib/*" orders.images.Images

release: ## Write the images, SBOMs and notes of a release to target/release: VERSION=0.2.0, bases as of images, FORM=native for both forms
	@exec order-images/release "$(VERSION)" $(FORM)

check-k8s: ## Check the manifests of Kubernetes; needs kubectl, no cluster
	@command -v kubectl >/dev/null || { echo "Not checked: there is no kubectl."; exit 0; }; \
	./mvnw --quiet --batch-mode --no-transfer-progress verify -pl k8s && echo "The manifests are as they should be."

native: $(EXECUTABLES) ## Compile the services to executables, target/*-runner: QUICK=1 optimises less, CONTAINER=1 needs no GraalVM

test-native: native ## Pass the tests from outside with the executables, faults aside; NATIVE=order-command, TESTS=JourneysTest take fewer
	./mvnw --batch-mode --no-transfer-progress verify -pl order-acceptance -am \
	  $(foreach each,$(NATIVE),-D$(each).runnable=$(each)/target/$(each)-runner) \
	  -Dtest='$(TESTS)' -Dsurefire.failIfNoSpecifiedTests=false

test-k8s: ## Change a deployment on a cluster under load: K8S_LOAD="kind load image-archive" brings images onto its nodes
	@k8s/src/test/cluster/run

replay: target/packaged ## Feed orders through the public API: FILE=... N=16 RATE=...
	@exec $(JAVA) -cp "order-acceptance/target/classes:order-acceptance/target/lib/*" orders.acceptance.replay.Replay \
	  --file "$(FILE)" --concurrency "$(N)" $(if $(RATE),--rate "$(RATE)") \
	  --command-url "http://localhost:$(COMMAND_PORT)" --query-url "http://localhost:$(QUERY_PORT)"

bench-command: target/packaged ## Measure the command side against the machine's limits; QUICK=1 to try it, FORM=native
	@$(BENCH) command

bench-query: target/packaged ## Measure the query side likewise: STAGES=visible or orders takes one of both, FORM=native
	@$(BENCH) $(or $(STAGES),visible orders)

format: ## Format the sources
	./mvnw --quiet spotless:apply

clean: ## Delete what was built
	./mvnw --quiet clean
	@rm -rf target

clean-data: ## Delete what the embedded servers have stored
	rm -rf "$(DATA)"

# The services as their images on a JVM have them.
image-app:
	@./mvnw --quiet --batch-mode --no-transfer-progress package -Dmaven.test.skip=true -am -pl order-command,order-query,order-images \
	  -Dquarkus.package.jar.type=aot-jar -Dquarkus.package.output-directory=image-app $(IMAGE_OPTIONS)

# What `test-k8s` runs beside the services.
target/images/orders-test.tar: target/packaged
	@$(JAVA) -cp "order-devstack/target/classes:order-devstack/target/lib/*" orders.devstack.PostgresPrograms
	@exec $(JAVA) -cp "order-images/target/classes:order-images/target/lib/*" orders.images.TestImage "$$(cat order-command/target/classes/version.txt)"

target/packaged: $(SOURCES)
	@echo "Building (only when sources have changed) ..."
	@./mvnw --quiet --batch-mode --no-transfer-progress package -Dmaven.test.skip=true
	@mkdir -p target && touch $@

$(EXECUTABLES): $(COMPILED)
	@[ -n "$(CONTAINER)" ] || [ -x "$$GRAALVM_HOME/bin/native-image" ] || command -v native-image >/dev/null || { \
	  echo "No native-image: set GRAALVM_HOME to Mandrel or GraalVM 25, or let a container engine compile by CONTAINER=1." >&2; exit 1; }
	./mvnw --batch-mode --no-transfer-progress package -Dnative -Dmaven.test.skip=true -am -pl $(firstword $(subst /, ,$@)) \
	  $(if $(QUICK),-Dquarkus.native.additional-build-args-append=-Ob) $(if $(CONTAINER),-Dquarkus.native.container-build=true)
